using Sextant.Matching;
using Sextant.Matching.Search;
using Xunit;

namespace Sextant.Tests.Matching.Search;

public sealed class KeptWordsTests
{
    private static readonly CaptionVocabulary _few = Words("hi", "lo"), _more = Words("hi", "low", "lo");

    [Fact]
    public void Only_words_that_are_new_are_encoded_and_all_have_the_features_that_encoding_gives()
    {
        using TemporaryFolder folder = new();
        string pictures = ToyGallery.Pictures(folder, 3);
        using var encoder = ClipEncoder.Load(ToyGallery.Model(folder));
        var gallery = Gallery.Read(pictures, encoder, stop: TestContext.Current.CancellationToken);

        var (first, _) = Prepared(gallery, encoder, _few);
        var (second, search) = Prepared(gallery, encoder, _more);
        var (third, _) = Prepared(gallery, encoder, _few);

        Assert.Equal(["hi", "lo"], first);
        Assert.Equal(["low"], second);
        Assert.Empty(third);
        var (texts, features) = search.Prepared();
        Assert.Equal(["hi", "low", "lo"], texts);
        FeatureTableTests.Same(encoder.Texts(texts), features);
    }

    [Fact]
    public void Words_of_another_model_are_not_used()
    {
        using TemporaryFolder folder = new();
        string pictures = ToyGallery.Pictures(folder, 3);
        using ClipEncoder one = ClipEncoder.Load(ToyGallery.Model(folder)), other = ClipEncoder.Load(ToyGallery.Model(folder, seed: 2));
        var gallery = Gallery.Read(pictures, one, stop: TestContext.Current.CancellationToken);
        Prepared(gallery, one, _few);

        var (encoded, search) = Prepared(Gallery.Read(pictures, other, stop: TestContext.Current.CancellationToken), other, _few);

        Assert.Equal(["hi", "lo"], encoded);
        FeatureTableTests.Same(other.Texts(["hi", "lo"]), search.Prepared().Features);
    }

    [Fact]
    public void Where_nothing_can_be_kept_that_is_said_and_the_search_goes_on()
    {
        using TemporaryFolder folder = new();
        string pictures = ToyGallery.Pictures(folder, 3);
        using var encoder = ClipEncoder.Load(ToyGallery.Model(folder));
        var gallery = Gallery.Read(pictures, encoder, stop: TestContext.Current.CancellationToken);
        string cache = folder.Write("file", "where the folder would be");
        List<string> notices = [];
        CaptionSearch search = new(gallery.Features, encoder.Texts, encoder.Scale, _few);

        KeptWords.Prepare(search, gallery, encoder, cache, notices.Add, stop: TestContext.Current.CancellationToken);

        Assert.Contains("cannot be kept", Assert.Single(notices), StringComparison.Ordinal);
        Assert.True(search.Find(1, TestContext.Current.CancellationToken).Tried > 0);
    }

    /// <summary>What preparing had to encode.</summary>
    private static (List<string> Encoded, CaptionSearch Search) Prepared(Gallery gallery, ClipEncoder encoder, CaptionVocabulary vocabulary)
    {
        List<string> encoded = [];
        CaptionSearch search = new(
            gallery.Features,
            texts =>
            {
                encoded.AddRange(texts);
                return encoder.Texts(texts);
            },
            encoder.Scale,
            vocabulary);
        KeptWords.Prepare(search, gallery, encoder, cache: null, _ => { }, stop: TestContext.Current.CancellationToken);
        return (encoded, search);
    }

    private static CaptionVocabulary Words(params string[] nouns) => CaptionVocabulary.Of(nouns.Select(noun => CaptionWord.Parse(CaptionWordKind.Noun, noun)));
}
