using Sextant.Tokenization.Encoders;
using Xunit;

namespace Sextant.Tests.Tokenization.Encoders;

/// <summary>Cases of UAX #15 and of its figures.</summary>
public sealed class CanonicalFormTests
{
    [Theory]
    [InlineData("plain", "plain", "plain")]
    [InlineData("é", "e\u0301", "é")]
    [InlineData("\u212B", "A\u030A", "\u00C5")] // the angstrom sign never comes back
    [InlineData("\u1E69", "s\u0323\u0307", "\u1E69")]
    [InlineData("s\u0307\u0323", "s\u0323\u0307", "\u1E69")] // marks are put in order
    [InlineData("\u1E0B\u0323", "d\u0323\u0307", "\u1E0D\u0307")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307", "q\u0323\u0307")]
    [InlineData("\u0958", "\u0915\u093C", "\u0915\u093C")] // never composed
    [InlineData("한글", "\u1112\u1161\u11AB\u1100\u1173\u11AF", "한글")]
    [InlineData("가\u11A8", "\u1100\u1161\u11A8", "각")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165", "\U0001D157\U0001D165")]
    [InlineData("\u0344", "\u0308\u0301", "\u0308\u0301")]
    [InlineData("\u0301a", "\u0301a", "\u0301a")]
    [InlineData("a\u0301\u0301", "a\u0301\u0301", "á\u0301")]
    public void Text_has_one_form_apart_and_one_together(string text, string apart, string together)
    {
        Assert.Equal(apart, CanonicalForm.Decompose(TracedText.Of(text, 0, text.Length)).ToString());
        Assert.Equal(together, CanonicalForm.Compose(TracedText.Of(text, 0, text.Length)).ToString());
    }

    [Fact]
    public void What_is_joined_stands_for_all_its_characters() =>
        Assert.Equal((1, 4), CanonicalForm.Compose(TracedText.Of("xs\u0307\u0323y", 0, 5)).Stretch(1, 2));
}
