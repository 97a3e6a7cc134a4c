using Microsoft.Extensions.Options;

namespace PPLCNet.Vision.Extensions;

/// <summary>Checks the options of one predictor, without loading its model.</summary>
/// <param name="registration">Name of the options.</param>
/// <param name="label">What messages call the predictor.</param>
/// <param name="check">Throws for defaults that are out of range.</param>
internal sealed class PredictorValidation<TDefaults>(string registration, string label, Action<TDefaults> check)
    : IValidateOptions<PredictorServiceOptions<TDefaults>>
    where TDefaults : class
{
    public ValidateOptionsResult Validate(string? name, PredictorServiceOptions<TDefaults> options)
    {
        if (name != registration)
        {
            return ValidateOptionsResult.Skip;
        }

        List<string> failures = [];
        if (options.Model is { } model && string.IsNullOrWhiteSpace(model))
        {
            failures.Add(
                $"The {label}: {nameof(options.Model)}: expected a model name, the path of a file or null; found '{model}'.");
        }

        OptionChecks.Run(() => options.Load?.Validate(), $"The {label}: {nameof(options.Load)}", failures);
        if (options.Defaults is { } defaults)
        {
            OptionChecks.Run(() => check(defaults), $"The {label}: {nameof(options.Defaults)}", failures);
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
