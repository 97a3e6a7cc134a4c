namespace PPLCNet.Vision.Retrieval.Galleries.Building;

/// <summary>
/// What a <see cref="GalleryBuilder"/> does with a gallery that exists, as <see cref="FileMode"/> says it for files.
/// </summary>
public enum GalleryMode
{
    /// <summary>Extends the gallery that is there; creates one where there is none.</summary>
    OpenOrCreate,

    /// <summary>Extends the gallery that is there.</summary>
    Open,

    /// <summary>Creates a gallery; an existing one is an error.</summary>
    CreateNew,

    /// <summary>
    /// Writes a new gallery beside the one that is there and puts it in its place with <see cref="GalleryBuilder.Complete"/>.
    /// </summary>
    Replace,

    /// <summary>Continues a replacement that was cut off; where there is none, the same as <see cref="OpenOrCreate"/>.</summary>
    ResumeReplacement,
}
