using Sextant.Data.Pictures;
using SkiaSharp;
using Xunit;

namespace Sextant.Tests.Data.Pictures;

public sealed class PictureFolderTests
{
    private static readonly byte[] Png = DrawnPictures.Png(DrawnPictures.Soft(4, 4));

    [Fact]
    public void Pictures_are_found_by_content_or_name_in_ordinal_order_and_nothing_else_is()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Combine("sub", ".hidden"));
        foreach (string name in new[] { "b.png", "B.png", "no-ending", "sub/a.JPG", ".hidden.png", "sub/.hidden/c.png" })
        {
            folder.Write(name, Png);
        }

        folder.Write("webp.dat", DrawnPictures.Encode(DrawnPictures.Soft(8, 8), SKEncodedImageFormat.Webp));
        folder.Write("broken.gif", "text");
        folder.Write("b.txt", "a caption");
        folder.Write("captions.csv", "picture,caption\n");
        File.CreateSymbolicLink(folder.Combine("round"), folder.Path);

        var found = PictureFolder.Find(folder.Path);

        Assert.Equal(["B.png", "b.png", "broken.gif", "no-ending", "sub/a.JPG", "webp.dat"], found.Select(path => Path.GetRelativePath(folder.Path, path).Replace('\\', '/')));
    }

    [Fact]
    public void A_folder_without_pictures_or_that_is_none_is_named()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("a.txt", "text");

        Assert.Contains("holds no picture", Assert.Throws<UserError>(() => PictureFolder.Find(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("is a file", Assert.Throws<UserError>(() => PictureFolder.Find(file)).Message, StringComparison.Ordinal);
        Assert.Contains("There is no folder", Assert.Throws<UserError>(() => PictureFolder.Find(folder.Combine("none"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_gives_each_picture_its_captions_in_the_order_of_its_rows()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Combine("sub"));
        string b = folder.Write("b.png", Png), a = folder.Write("sub/a.png", Png);
        string table = folder.Write("captions.csv", "caption,picture,more\n\"a fish, orange\",b.png,1\na cat,sub/a.png,2\ntwo fish,b.png,3\ntwo fish,b.png,4\n");

        foreach (string given in new[] { table, folder.Path })
        {
            var pictures = PictureFolder.Captioned(given);

            Assert.Equal([b, a], pictures.Select(picture => picture.Path));
            Assert.Equal(["a fish, orange", "two fish"], pictures[0].Captions);
            Assert.Equal(["a cat"], pictures[1].Captions);
        }
    }

    [Theory]
    [InlineData("Picture,CAPTION,label")]
    [InlineData("\"picture\",\" Caption \",caption2")]
    public void Columns_are_found_in_any_case_of_letters_and_others_are_not_minded(string header)
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.png", Png);

        var picture = Assert.Single(PictureFolder.Captioned(folder.Write("captions.csv", header + "\na.png,a fish,fish\n")));

        Assert.Equal(["a fish"], picture.Captions);
    }

    [Fact]
    public void A_picture_that_is_written_in_two_ways_is_one_with_all_its_captions()
    {
        using var folder = new TemporaryFolder();
        string a = folder.Write("a.png", Png);
        string table = folder.Write("captions.csv", "\uFEFFpicture,caption\r\na.png,\"a \"\"red\"\" fish\"\r\n./a.png,two fish\r\na.png,two fish\r\n");

        var picture = Assert.Single(PictureFolder.Captioned(table));

        Assert.Equal(a, picture.Path);
        Assert.Equal(["a \"red\" fish", "two fish"], picture.Captions);
    }

    [Fact]
    public void Rows_that_cannot_be_used_are_named()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.png", Png);
        string table = folder.Write("captions.csv", "picture,caption\na.png,good\nmissing.png,a cat\na.png,\n,a dog\na.png,one,two\n");

        string message = Assert.Throws<UserError>(() => PictureFolder.Captioned(table)).Message;

        Assert.Contains("4 of 5 rows cannot be used", message, StringComparison.Ordinal);
        Assert.Contains($"row 2 names the picture {folder.Combine("missing.png")}, which is not there", message, StringComparison.Ordinal);
        Assert.Contains("row 3 has nothing in the column 'caption'", message, StringComparison.Ordinal);
        Assert.Contains("row 4 has nothing in the column 'picture'", message, StringComparison.Ordinal);
        Assert.Contains("row 5 has another number of cells than the header", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_without_its_columns_or_rows_is_named()
    {
        using var folder = new TemporaryFolder();

        Assert.Contains("has no column 'caption'", Assert.Throws<UserError>(() => PictureFolder.Captioned(folder.Write("a.csv", "picture,text\nx,y\n"))).Message, StringComparison.Ordinal);
        Assert.Contains("names no picture", Assert.Throws<UserError>(() => PictureFolder.Captioned(folder.Write("b.csv", "picture,caption\n"))).Message, StringComparison.Ordinal);
        Assert.Contains("There is no file", Assert.Throws<UserError>(() => PictureFolder.Captioned(folder.Combine("c.csv"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_beside_a_picture_holds_a_caption_a_line()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.png", Png);
        folder.Write("a.txt", "an orange fish\r\n\r\n  two fish \n");
        folder.Write("b.jpeg", Png);
        folder.Write("b.txt", "a cat");

        var pictures = PictureFolder.Captioned(folder.Path);

        Assert.Equal([folder.Combine("a.png"), folder.Combine("b.jpeg")], pictures.Select(picture => picture.Path));
        Assert.Equal(["an orange fish", "two fish"], pictures[0].Captions);
    }

    [Fact]
    public void Pictures_without_a_caption_are_named()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.png", Png);
        folder.Write("a.txt", "a fish");
        folder.Write("b.png", Png);
        folder.Write("c.png", Png);
        folder.Write("c.txt", "\n \n");

        Assert.Contains("2 of 3 pictures have no caption: b.png; c.png.", Assert.Throws<UserError>(() => PictureFolder.Captioned(folder.Path)).Message, StringComparison.Ordinal);
    }
}
