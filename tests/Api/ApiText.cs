using System.Reflection;
using System.Runtime.CompilerServices;

namespace PPLCNet.Vision.Tests.Api;

/// <summary>The public surface as text: one line a type and one a member, sorted, the same on every machine.</summary>
internal static class ApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The lines of these types.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<Type> types) =>
        [.. types.SelectMany(t => Members(t).Prepend(Header(t))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static string Header(Type type)
    {
        var bases = type.GetInterfaces()
            .Except(type.BaseType?.GetInterfaces() ?? [])
            .Where(i => i.IsVisible && !IsGenerated(type, i))
            .Select(TypeText.Of)
            .Order(StringComparer.Ordinal)
            .ToList();
        if (type.IsClass && type.BaseType is { } parent && parent != typeof(object) && !IsDelegate(type))
        {
            bases.Insert(0, TypeText.Of(parent));
        }

        var shown = type.IsEnum ? [] : bases;
        return $"{TypeText.Full(type)} : {Kind(type)}{(shown.Count > 0 ? " : " : "")}{string.Join(", ", shown)}";
    }

    private static string Kind(Type type) =>
        type.IsEnum ? "enum"
        : type.IsInterface ? "interface"
        : IsDelegate(type) ? "delegate"
        : type.IsValueType ? "struct"
        : type.IsAbstract && type.IsSealed ? "static class"
        : type.IsAbstract ? "abstract class"
        : type.IsSealed ? "sealed class"
        : "class";

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(n => $"{TypeText.Full(type)}.{n} = {Convert.ToInt64(Enum.Parse(type, n), null)}");
        }

        return type.GetMembers(Declared).Where(m => IsShown(type, m)).Select(m => $"{TypeText.Full(type)}.{Text(m)}");
    }

    private static bool IsShown(Type type, MemberInfo member) => member switch
    {
        FieldInfo field => IsVisible(field.IsPublic, field.IsFamily || field.IsFamilyOrAssembly, type),
        PropertyInfo property => property.Name != "EqualityContract"
            && property.GetAccessors(nonPublic: true).Any(a => IsVisible(a, type)),
        ConstructorInfo constructor => IsVisible(constructor, type) && !IsCopy(type, constructor),
        MethodInfo method => IsVisible(method, type) && IsWritten(method),
        EventInfo => true,
        _ => false,
    };

    private static bool IsVisible(MethodBase method, Type type) =>
        IsVisible(method.IsPublic, method.IsFamily || method.IsFamilyOrAssembly, type);

    private static bool IsVisible(bool isPublic, bool isProtected, Type type) => isPublic || (isProtected && !type.IsSealed);

    /// <summary>Not what the compiler adds to a record, not an accessor, not what every object has.</summary>
    private static bool IsWritten(MethodInfo method) =>
        !method.IsDefined(typeof(CompilerGeneratedAttribute))
        && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
        && method.GetBaseDefinition().DeclaringType != typeof(object)
        && (!method.DeclaringType!.IsValueType || method.GetBaseDefinition().DeclaringType != typeof(ValueType));

    private static bool IsCopy(Type type, ConstructorInfo constructor) =>
        constructor.GetParameters() is [{ } only] && only.ParameterType == type
        && constructor.IsDefined(typeof(CompilerGeneratedAttribute));

    private static bool IsGenerated(Type type, Type contract) =>
        contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IEquatable<>)
        && contract.GenericTypeArguments[0] == type;

    private static bool IsDelegate(Type type) => type.IsSubclassOf(typeof(Delegate));

    private static string Text(MemberInfo member) => member switch
    {
        FieldInfo { IsLiteral: true } field =>
            $"{field.Name} : const {TypeText.Of(field.FieldType)} = {TypeText.Value(field.GetRawConstantValue())}",
        FieldInfo field => $"{field.Name} : {(field.IsStatic ? "static " : "")}{TypeText.Of(field)}",
        PropertyInfo property => Property(property),
        ConstructorInfo constructor => $"new{Parameters(constructor)}",
        MethodInfo method => Method(method),
        _ => $"{member.Name} : {member.MemberType}",
    };

    private static string Property(PropertyInfo property)
    {
        var index = property.GetIndexParameters();
        var name = index.Length > 0 ? $"this[{string.Join(", ", index.Select(TypeText.Parameter))}]" : property.Name;
        var isStatic = property.GetAccessors(nonPublic: true)[0].IsStatic;
        var set = property.SetMethod is not { } setter || !IsVisible(setter, property.DeclaringType!) ? ""
            : setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;"
            : " set;";
        return $"{name} : {(isStatic ? "static " : "")}{TypeText.Of(property)} {{ {(property.CanRead ? "get;" : "")}{set} }}";
    }

    private static string Method(MethodInfo method)
    {
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";
        var modifier = method.IsStatic ? "static " : method.IsAbstract && !method.DeclaringType!.IsInterface ? "abstract " : "";
        var access = method.IsFamily ? "protected " : "";
        return $"{method.Name}{generic}{Parameters(method)} : {modifier}{access}{TypeText.Of(method.ReturnParameter)}";
    }

    private static string Parameters(MethodBase method) =>
        $"({string.Join(", ", method.GetParameters().Select(TypeText.Parameter))})";
}
