namespace PPLCNet.Vision.Runtime;

/// <summary>Makes a façade of a loaded model; where that fails, the model is freed.</summary>
internal static class Loading
{
    /// <summary>Calls <paramref name="make"/>, which takes over the model.</summary>
    public static T Bind<TModel, T>(TModel model, Func<TModel, T> make)
        where TModel : IDisposable
    {
        try
        {
            return make(model);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
