using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace PPLCNet.Vision.Tests.Api;

/// <summary>Types, parameters and constants as C# writes them, with their nullability.</summary>
internal static class TypeText
{
    private static readonly Dictionary<Type, string> _keywords = new()
    {
        [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short", [typeof(ushort)] = "ushort", [typeof(int)] = "int", [typeof(uint)] = "uint",
        [typeof(long)] = "long", [typeof(ulong)] = "ulong", [typeof(nint)] = "nint",
        [typeof(float)] = "float", [typeof(double)] = "double", [typeof(decimal)] = "decimal", [typeof(char)] = "char",
        [typeof(string)] = "string", [typeof(object)] = "object", [typeof(void)] = "void",
    };

    private static readonly NullabilityInfoContext _nullability = new();

    /// <summary>The name with its namespace.</summary>
    public static string Full(Type type) => $"{type.Namespace}.{Of(type)}";

    /// <summary>The name without its namespace.</summary>
    public static string Of(Type type) => Of(type, null);

    /// <summary>The type of a property.</summary>
    public static string Of(PropertyInfo property) => Of(property.PropertyType, _nullability.Create(property));

    /// <summary>The type of a field.</summary>
    public static string Of(FieldInfo field) => Of(field.FieldType, _nullability.Create(field));

    /// <summary>The type of a return value.</summary>
    public static string Of(ParameterInfo value) => Of(value.ParameterType, _nullability.Create(value));

    /// <summary>A parameter: modifier, type, name, default.</summary>
    public static string Parameter(ParameterInfo parameter)
    {
        var type = Of(parameter);
        var modifier = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? parameter.IsIn ? "in " : "ref " : "";
        return $"{modifier}{type} {parameter.Name}{(parameter.HasDefaultValue ? $" = {Value(parameter.RawDefaultValue)}" : "")}";
    }

    /// <summary>A constant.</summary>
    public static string Value(object? value) => value switch
    {
        null => "default",
        string text => JsonSerializer.Serialize(text),
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Of(Type type, NullabilityInfo? nullability)
    {
        if (type.IsByRef)
        {
            return Of(type.GetElementType()!, nullability);
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Of(value) + "?";
        }

        var mark = nullability is { ReadState: NullabilityState.Nullable }
            or { ReadState: NullabilityState.Unknown, WriteState: NullabilityState.Nullable } ? "?" : "";
        if (type.IsArray)
        {
            return $"{Of(type.GetElementType()!, nullability?.ElementType)}[{new string(',', type.GetArrayRank() - 1)}]{mark}";
        }

        if (_keywords.TryGetValue(type, out var keyword))
        {
            return keyword + mark;
        }

        var arguments = type.GetGenericArguments();
        var outer = type.IsNested && !type.IsGenericParameter ? type.DeclaringType! : null;
        var inherited = outer?.GetGenericArguments().Length ?? 0;
        var own = arguments.Skip(inherited)
            .Select((a, i) => Of(a, nullability?.GenericTypeArguments.ElementAtOrDefault(inherited + i))).ToList();
        var name = type.Name.Split('`')[0] + (own.Count > 0 ? $"<{string.Join(", ", own)}>" : "");
        return (outer is null ? name : $"{Of(outer)}.{name}") + mark;
    }
}
