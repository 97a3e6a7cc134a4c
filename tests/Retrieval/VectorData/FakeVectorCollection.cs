using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.VectorData;

namespace PPLCNet.Vision.Tests.Retrieval.VectorData;

/// <summary>A vector store as plain as can be: what a vendor's connector does, in a dictionary.</summary>
internal sealed class FakeVectorCollection(VectorStoreCollectionDefinition definition, bool ordersByKey = true) : VectorStoreCollection<object, Dictionary<string, object?>>
{
    private readonly Dictionary<object, Dictionary<string, object?>> _records = [];
    private readonly VectorStoreVectorProperty _vector = definition.Properties.OfType<VectorStoreVectorProperty>().Single();
    private readonly VectorStoreKeyProperty _key = definition.Properties.OfType<VectorStoreKeyProperty>().Single();
    private bool _exists;

    public override string Name => "fake";

    public override Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default) => Task.FromResult(_exists);

    public override Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default)
    {
        _exists = true;
        return Task.CompletedTask;
    }

    public override Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default)
    {
        _exists = false;
        _records.Clear();
        return Task.CompletedTask;
    }

    public override Task<Dictionary<string, object?>?> GetAsync(object key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(_records.TryGetValue(key, out var record) ? Copy(record, options?.IncludeVectors ?? false) : null);

    public override async IAsyncEnumerable<Dictionary<string, object?>> GetAsync(
        Expression<Func<Dictionary<string, object?>, bool>> filter,
        int top,
        FilteredRecordRetrievalOptions<Dictionary<string, object?>>? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        if (options?.OrderBy is not null && !ordersByKey)
        {
            throw new VectorStoreException("this store orders by indexed fields only");
        }

        var order = options?.OrderBy?.Invoke(new()).Values.Single().PropertySelector.Compile() ?? (r => r[_key.Name]);
        foreach (var record in _records.Values.Where(ConnectorFilter.Compile(filter)).OrderBy(order).Skip(options!.Skip).Take(top))
        {
            yield return Copy(record, options.IncludeVectors);
        }
    }

    public override Task DeleteAsync(object key, CancellationToken cancellationToken = default)
    {
        _records.Remove(key);
        return Task.CompletedTask;
    }

    public override Task UpsertAsync(Dictionary<string, object?> record, CancellationToken cancellationToken = default)
    {
        Assert.True(_exists);
        Assert.Equal(definition.Properties.Select(p => p.Name).Order(), record.Keys.Order());
        Assert.All(definition.Properties, p => Assert.True(record[p.Name] is null || (Nullable.GetUnderlyingType(p.Type!) ?? p.Type)!.IsInstanceOfType(record[p.Name]), p.Name));
        _records[record[_key.Name]!] = new(record);
        return Task.CompletedTask;
    }

    public override async Task UpsertAsync(IEnumerable<Dictionary<string, object?>> records, CancellationToken cancellationToken = default)
    {
        foreach (var record in records)
        {
            await UpsertAsync(record, cancellationToken);
        }
    }

    public override async IAsyncEnumerable<VectorSearchResult<Dictionary<string, object?>>> SearchAsync<TInput>(
        TInput searchValue,
        int top,
        VectorSearchOptions<Dictionary<string, object?>>? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        var query = ((ReadOnlyMemory<float>)(object)searchValue!).ToArray();
        _ = Score(query, query);
        var filter = options?.Filter is { } own ? ConnectorFilter.Compile(own) : _ => true;
        var found = _records.Values.Where(filter).Select(r => (Record: r, Score: Score(query, ((ReadOnlyMemory<float>)r[_vector.Name]!).ToArray())));
        found = _vector.DistanceFunction == DistanceFunction.EuclideanDistance ? found.OrderBy(f => f.Score) : found.OrderByDescending(f => f.Score);
        foreach (var (record, score) in ((IOrderedEnumerable<(Dictionary<string, object?> Record, double Score)>)found).ThenBy(f => f.Record[_key.Name]).Take(top))
        {
            yield return new(Copy(record, false), score);
        }
    }

    public override object? GetService(Type serviceType, object? serviceKey = null) => null;

    private double Score(float[] a, float[] b) => _vector.DistanceFunction switch
    {
        DistanceFunction.EuclideanDistance => Math.Sqrt(a.Zip(b, (x, y) => ((double)x - y) * ((double)x - y)).Sum()),
        DistanceFunction.CosineSimilarity or DistanceFunction.DotProductSimilarity => a.Zip(b, (x, y) => (double)x * y).Sum(),
        _ => throw new NotSupportedException($"This store has no {_vector.DistanceFunction}."),
    };

    private Dictionary<string, object?> Copy(Dictionary<string, object?> record, bool withVector) =>
        new(record.Where(p => withVector || p.Key != _vector.Name));
}
