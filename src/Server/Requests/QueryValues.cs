namespace PPLCNet.Vision.Server.Requests;

/// <summary>The options of a request, checked against those that its route has.</summary>
internal sealed class QueryValues
{
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    /// <summary>Reads the query of a request.</summary>
    public QueryValues(IQueryCollection query)
    {
        foreach (var (name, values) in query)
        {
            foreach (var value in values)
            {
                Add(name, value ?? "");
            }
        }
    }

    /// <summary>Adds a form field or a JSON property.</summary>
    public void Add(string name, string value)
    {
        var key = QueryOption.Canonical(name);
        if (!_values.TryGetValue(key, out var list))
        {
            _values[key] = list = [];
        }

        list.Add(value);
    }

    /// <summary>Checks that every option is one of the route's, and may occur as often as it does.</summary>
    /// <exception cref="RequestException">One is not; all such faults are named.</exception>
    public void Check(IReadOnlyList<QueryOption> known)
    {
        foreach (var (key, values) in _values)
        {
            var option = known.FirstOrDefault(o => QueryOption.Canonical(o.Name) == key);
            if (option is null)
            {
                _errors[key] = [$"there is no such parameter; this route has {string.Join(", ", known.Select(o => o.Name))}"];
            }
            else if (values.Count > 1 && !option.IsRepeatable)
            {
                _errors[option.Name] = [$"expected one value, found {values.Count}"];
            }
        }

        ThrowIfWrong();
    }

    /// <summary>The value of an option; null where it is not given.</summary>
    /// <exception cref="RequestException">It does not read.</exception>
    public T? Get<T>(QueryOption<T> option)
    {
        var all = GetAll(option);
        return all.Count > 0 ? all[0] : default;
    }

    /// <summary>Every value of an option.</summary>
    /// <exception cref="RequestException">One does not read.</exception>
    public IReadOnlyList<T> GetAll<T>(QueryOption<T> option)
    {
        try
        {
            return _values.TryGetValue(QueryOption.Canonical(option.Name), out var values) ? [.. values.Select(option.Parse)] : [];
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw RequestException.Field(option.Name, e.Message);
        }
    }

    private void ThrowIfWrong()
    {
        if (_errors.Count > 0)
        {
            throw new RequestException(
                StatusCodes.Status400BadRequest, "parameter", string.Join("; ", _errors.Select(e => $"{e.Key}: {string.Join(", ", e.Value)}"))) { Errors = _errors };
        }
    }
}
