using System.Reflection;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Tests.Api;

/// <summary>Every predictor is loaded and called in the same ways.</summary>
public sealed class PredictorTests
{
    /// <summary>Those without the base <see cref="Predictor{TOptions, TResult}"/>, because they run several models.</summary>
    private static readonly Type[] _others = [typeof(OcrEngine)];

    /// <summary>What the first parameter of <c>Load</c> is called where it is more than one model.</summary>
    private static readonly Type[] _loadedByName = [typeof(OcrEngine)];

    /// <summary>Every predictor of the libraries.</summary>
    public static TheoryData<Type> Predictors =>
    [
        .. Libraries.PublicTypes.Where(t => !t.IsAbstract && BaseOf(t) is not null)
            .Concat(_others)
            .OrderBy(t => t.FullName, StringComparer.Ordinal),
    ];

    [Fact]
    public void The_tasks_are_predictors()
    {
        string[] expected = ["Classifier", "Detector", "Embedder", "OcrEngine", "Segmenter", "TextDetector", "TextRecognizer"];
        Assert.Empty(expected.Except(Predictors.Select(p => p.Data.Name)));
    }

    [Theory]
    [MemberData(nameof(Predictors))]
    public void Has_a_default_model(Type predictor)
    {
        var field = predictor.GetField("DefaultModel");
        Assert.True(field is { IsLiteral: true }, $"{predictor.Name} has no constant DefaultModel.");
        Assert.NotEmpty((string)field.GetRawConstantValue()!);
    }

    [Theory]
    [MemberData(nameof(Predictors))]
    public void Loads_by_default(Type predictor)
    {
        var load = predictor.GetMethods().Where(m => m.Name == "Load" && m.IsStatic).ToList();
        var only = Assert.Single(load);
        Assert.Equal(predictor, only.ReturnType);
        var parameters = only.GetParameters();
        Assert.All(parameters, p => Assert.True(p.HasDefaultValue, $"{predictor.Name}.Load({p.Name}) has no default."));
        if (_loadedByName.Contains(predictor))
        {
            Assert.Equal(typeof(string), parameters[0].ParameterType);
            Assert.Equal("name", parameters[0].Name);
        }
        else
        {
            Assert.Equal(typeof(ModelSource), parameters[0].ParameterType);
            Assert.Equal("model", parameters[0].Name);
        }

        Assert.True(parameters[1].ParameterType.IsAssignableTo(typeof(ModelOptions)), $"{predictor.Name}.Load: {parameters[1]}");
        Assert.Equal("options", parameters[1].Name);
    }

    [Theory]
    [MemberData(nameof(Predictors))]
    public void Answers_one_several_and_many(Type predictor)
    {
        var (options, result) = AnswersOf(predictor);
        var one = predictor.GetMethods()
            .Where(m => Takes(m, typeof(ImageSource)) && m.ReturnType == result && m.GetParameters()[1].ParameterType == options)
            .ToList();
        var verb = Assert.Single(one).Name;
        AssertParameters(
            one[0], ("image", typeof(ImageSource)), ("options", options), ("cancellationToken", typeof(CancellationToken)));

        var several = Assert.Single(predictor.GetMethods(), m => m.Name == verb && Takes(m, typeof(IReadOnlyList<PixelBuffer>)));
        Assert.Equal(typeof(IReadOnlyList<>).MakeGenericType(result), several.ReturnType);
        AssertParameters(
            several,
            ("images", typeof(IReadOnlyList<PixelBuffer>)),
            ("options", options),
            ("cancellationToken", typeof(CancellationToken)));

        var many = Assert.Single(predictor.GetMethods(), m => m.Name == verb + "Async");
        Assert.Equal(typeof(IAsyncEnumerable<>).MakeGenericType(typeof(FileAnswer<>).MakeGenericType(result)), many.ReturnType);
        AssertParameters(
            many,
            ("paths", typeof(IEnumerable<string>)),
            ("options", options),
            ("workers", typeof(int)),
            ("cancellationToken", typeof(CancellationToken)));
    }

    [Theory]
    [MemberData(nameof(Predictors))]
    public void Has_views_with_other_defaults(Type predictor)
    {
        var (options, _) = AnswersOf(predictor);
        Assert.Equal(options, predictor.GetProperty("Defaults")?.PropertyType);
        var with = predictor.GetMethod("With", [options]);
        Assert.True(with is not null, $"{predictor.Name} has no With({options.Name}).");
        Assert.Equal(predictor, with.ReturnType);
        AssertParameters(with, ("defaults", options));
        Assert.True(predictor.IsSealed && predictor.IsAssignableTo(typeof(IDisposable)));
    }

    private static void AssertParameters(MethodInfo method, params (string Name, Type Type)[] expected)
    {
        var parameters = method.GetParameters();
        Assert.Equal(expected, parameters.Select(p => (p.Name!, p.ParameterType)));
        Assert.All(
            parameters.Skip(1),
            p => Assert.True(p.HasDefaultValue, $"{method.DeclaringType!.Name}.{method.Name}({p.Name}) has no default."));
    }

    private static bool Takes(MethodInfo method, Type first) =>
        method.GetParameters() is [{ } only, ..] && only.ParameterType == first;

    private static Type? BaseOf(Type type)
    {
        for (var parent = type.BaseType; parent is not null; parent = parent.BaseType)
        {
            if (parent.IsGenericType && parent.GetGenericTypeDefinition() == typeof(Predictor<,>))
            {
                return parent;
            }
        }

        return null;
    }

    /// <summary>Options and result: of the base, or of the call that takes an image.</summary>
    private static (Type Options, Type Result) AnswersOf(Type predictor)
    {
        if (BaseOf(predictor) is { } parent)
        {
            return (parent.GenericTypeArguments[0], parent.GenericTypeArguments[1]);
        }

        var options = predictor.GetProperty("Defaults")?.PropertyType;
        Assert.True(options is not null, $"{predictor.Name} has no Defaults.");
        var many = Assert.Single(
            predictor.GetMethods(),
            m => m.Name.EndsWith("Async", StringComparison.Ordinal) && Takes(m, typeof(IEnumerable<string>)));
        return (options, many.ReturnType.GenericTypeArguments[0].GenericTypeArguments[0]);
    }
}
