using Microsoft.Extensions.Options;

namespace PPLCNet.Vision.Extensions;

/// <summary>Checks what all predictors share.</summary>
internal sealed class PplcnetOptionsValidation : IValidateOptions<PplcnetOptions>
{
    public ValidateOptionsResult Validate(string? name, PplcnetOptions options)
    {
        List<string> failures = [];
        if (options.Load is null)
        {
            failures.Add($"{nameof(PplcnetOptions)}.{nameof(options.Load)}: expected a value; found null.");
        }
        else
        {
            OptionChecks.Run(options.Load.Validate, $"{nameof(PplcnetOptions)}.{nameof(options.Load)}", failures);
        }

        if (options.SlowLoad <= TimeSpan.Zero)
        {
            failures.Add(
                $"{nameof(PplcnetOptions)}.{nameof(options.SlowLoad)}: expected a time above zero; found {options.SlowLoad}.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
