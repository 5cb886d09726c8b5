using Sextant.Decoding.Measures;
using Xunit;

namespace Sextant.Tests.Decoding.Measures;

public sealed class Tokenization13aTests
{
    [Theory]
    [InlineData("Hello, world.", "Hello , world .")]
    [InlineData("It wasn't surprising.", "It wasn't surprising .")] // the apostrophe stays
    [InlineData("pi is 3.14, or 1,000.5.", "pi is 3.14 , or 1,000.5 .")] // between digits they stay
    [InlineData("v2.x and x.2", "v2 . x and x . 2")] // a digit on one side only
    [InlineData("1990-2000 well-known", "1990 - 2000 well-known")] // a dash only after a digit
    [InlineData("a/b (c) [d] {e}", "a / b ( c ) [ d ] { e }")]
    [InlineData("\"50%\" & $3 @x #y ~z", "\" 50 % \" & $ 3 @ x # y ~ z")]
    [InlineData("&quot;a&quot; &lt;b&gt; &amp; c", "\" a \" < b > & c")]
    [InlineData("&amp;lt;", "<")] // &amp; comes first
    [InlineData("a<skipped>b", "ab")]
    [InlineData("over-\nall\nnew", "overall new")]
    [InlineData("wait...", "wait . . .")]
    [InlineData(".5", ". 5")]
    [InlineData("  two \t spaces  ", "two spaces")]
    [InlineData("é, 😀.", "é , 😀 .")]
    [InlineData("", "")]
    public void Words_and_marks_are_told_apart(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', Tokenization13a.Tokens(text)));
}
