using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Sextant.Data.Pictures;
using SkiaSharp;
using Xunit;

namespace Sextant.Tests.Data.Pictures;

/// <summary>Files that want to break, to fill the memory or to hang.</summary>
public sealed class HostilePicturesTests
{
    public static TheoryData<string> Kinds => ["PNG", "JPEG", "WebP", "GIF", "BMP"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_picture_that_ends_too_early_is_refused_and_not_half_read(string kind)
    {
        byte[] whole = Whole(kind);

        foreach (double share in new[] { 0.02, 0.3, 0.5, 0.7, 0.9 })
        {
            string message = Refused(whole[..(int)(whole.Length * share)]);

            Assert.StartsWith("a: ", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_header_of_thirty_thousand_by_thirty_thousand_is_refused_before_memory_is_asked_for(string kind)
    {
        byte[] file = Sized(kind);
        long before = GC.GetAllocatedBytesForCurrentThread();

        string message = Refused(file);

        Assert.Matches("^a: (it has [0-9,]+ x [0-9,]+ pixels, and pictures of more than 100,000,000 |it begins as a )", message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void The_limit_of_pixels_is_an_option()
    {
        byte[] png = DrawnPictures.Png(DrawnPictures.Soft(30, 20));

        Assert.Equal(30, PictureDecoder.Decode(png, "a", new PictureReading { MostPixels = 600 }).Width);
        Assert.Throws<UserError>(() => PictureDecoder.Decode(png, "a", new PictureReading { MostPixels = 599 }));
    }

    [Fact]
    public void A_png_that_unpacks_to_more_than_its_header_says_takes_no_more_memory_than_that()
    {
        byte[] bomb = DrawnPictures.RawPng(8, 8, 8, 2, new byte[200_000_000]);
        long before = Environment.WorkingSet;

        Refusal(bomb);

        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 64 << 20);
    }

    [Fact]
    public void A_colour_profile_that_unpacks_to_gigabytes_is_not_unpacked()
    {
        byte[] profile = [.. "bomb"u8, 0, 0, .. DrawnPictures.Deflated(new byte[200_000_000])];
        byte[] bomb = DrawnPictures.RawPng(1, 1, 8, 2, [0, 1, 2, 3], ("iCCP", profile), ("zTXt", profile));
        long before = Environment.WorkingSet;

        Refusal(bomb);

        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 64 << 20);
    }

    [Theory]
    [InlineData("text", "not a picture that can be read here")]
    [InlineData("BMW is a car", "not a picture that can be read here")]
    [InlineData("II*\0 tiff", "a picture of the kind TIFF, which is not read here")]
    [InlineData("\0\0\0\u0018ftypheic", "a picture of the kind HEIC, which is not read here")]
    [InlineData("\0\0\0\u0018ftypavif", "a picture of the kind AVIF, which is not read here")]
    public void What_is_no_picture_of_a_kind_that_is_read_is_named(string content, string named) =>
        Assert.Equal($"a: it is {named}; save it as PNG, JPEG, WebP, GIF or BMP, or leave it out.", Refused(System.Text.Encoding.Latin1.GetBytes(content)));

    [Fact]
    public void A_jpeg_of_very_many_scans_is_not_decoded()
    {
        byte[] jpeg = Whole("JPEG");
        int scan = jpeg.AsSpan().IndexOf<byte>([0xFF, 0xDA]);
        byte[] scans = [.. Enumerable.Repeat(jpeg[scan..(scan + 14)], 300).SelectMany(header => header)];

        Assert.Equal("a: the JPEG picture comes in 301 scans, and more than 200 are not decoded; save it again, or leave it out.", Refused([.. jpeg[..scan], .. scans, .. jpeg[scan..]]));
    }

    [Fact]
    public void Files_that_cannot_be_read_are_named()
    {
        using var folder = new TemporaryFolder();
        string png = folder.Write("good.png", DrawnPictures.Png(DrawnPictures.Soft(4, 4)));
        File.CreateSymbolicLink(folder.Combine("link.png"), png);
        File.CreateSymbolicLink(folder.Combine("loop.png"), folder.Combine("loop.png"));

        Assert.Equal($"{folder.Path}: it is a folder, not a picture; name a file in it.", OfFile(folder.Path));
        Assert.EndsWith("there is no such file; check the path, which is taken from the current folder.", OfFile(folder.Combine("none.png")), StringComparison.Ordinal);
        Assert.EndsWith("nothing is in it, or it is a pipe or a device; give the file of a picture.", OfFile(folder.Write("empty.png", "")), StringComparison.Ordinal);
        Assert.StartsWith(folder.Combine("loop.png") + ": ", OfFile(folder.Combine("loop.png")), StringComparison.Ordinal);
        Assert.Contains("0 MiB, and files above 0 MiB are not read", OfFile(png, new PictureReading { MostBytes = 10 }), StringComparison.Ordinal);
        Assert.Equal(4, PictureDecoder.Read(folder.Combine("link.png")).Width);
    }

    [Fact]
    public void A_pipe_and_a_device_are_refused_unopened()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pipes in folders are Unix's.");
        using var folder = new TemporaryFolder();
        using (var made = System.Diagnostics.Process.Start("mkfifo", folder.Combine("pipe.png")))
        {
            made.WaitForExit();
        }

        Assert.Contains("a pipe or a device", OfFile(folder.Combine("pipe.png")), StringComparison.Ordinal);
        Assert.Contains("a pipe or a device", OfFile("/dev/zero"), StringComparison.Ordinal);
        Assert.Equal([folder.Combine("pipe.png")], PictureFolder.Find(folder.Path));
    }

    [Fact]
    public void A_file_without_permission_is_named()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Permissions are those of Unix.");
        using var folder = new TemporaryFolder();
        string path = folder.Write("a.png", DrawnPictures.Png(DrawnPictures.Soft(4, 4)));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
            File.SetUnixFileMode(path, UnixFileMode.None);
        }

        Assert.Equal($"{path}: it may not be read; change its permissions or leave it out.", AsNobody(() => OfFile(path)));
    }

    /// <summary>Runs something in a thread that opens files as nobody does: nothing is forbidden to root. Other users are asked as they are.</summary>
    private static string AsNobody(Func<string> work)
    {
        if (Environment.UserName != "root" || !OperatingSystem.IsLinux())
        {
            return work();
        }

        string result = "";
        var thread = new Thread(() =>
        {
            _ = SetFileSystemUser(65534); // of this thread, which ends here
            result = work();
        });
        thread.Start();
        thread.Join();
        return result;
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    private static extern int SetFileSystemUser(uint user);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Whatever_is_changed_in_a_file_it_is_read_or_refused(string kind)
    {
        byte[] whole = Whole(kind);
        var random = new Random(6);
        var reading = new PictureReading { MostPixels = 1_000_000 };
        for (int round = 0; round < 600; round++)
        {
            byte[] changed = Mutation.Of(whole, random);
            try
            {
                var picture = PictureDecoder.Decode(changed, "a", reading);
                Assert.True((long)picture.Width * picture.Height <= reading.MostPixels);
            }
            catch (UserError e)
            {
                Assert.StartsWith("a: ", e.Message, StringComparison.Ordinal);
            }
        }
    }

    private static byte[] Whole(string kind)
    {
        var picture = DrawnPictures.Noise(40, 30);
        return kind switch
        {
            "PNG" => DrawnPictures.Png(picture),
            "JPEG" => DrawnPictures.WithExif(DrawnPictures.Encode(picture, SKEncodedImageFormat.Jpeg, 80), DrawnPictures.Orientation(6)),
            "WebP" => DrawnPictures.Encode(picture, SKEncodedImageFormat.Webp, 80),
            "GIF" => DrawnPictures.Gif(40, 30, [.. picture.Rgb.Take(1200).Select(value => (byte)(value & 3))], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], transparent: 1),
            _ => DrawnPictures.Bmp(picture),
        };
    }

    /// <summary>The same file with other measures in its header.</summary>
    private static byte[] Sized(string kind)
    {
        const int Side = 30_000;
        if (kind == "PNG")
        {
            return DrawnPictures.RawPng(Side, Side, 8, 2, new byte[1 << 16]);
        }

        byte[] file = Whole(kind);
        switch (kind)
        {
            case "JPEG":
                int frame = file.AsSpan().IndexOf<byte>([0xFF, 0xC0]);
                BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 5), Side);
                BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 7), Side);
                break;
            case "GIF":
                BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(6), Side);
                BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(8), Side);
                break;
            case "BMP":
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), Side);
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), Side);
                break;
            default:
                int key = file.AsSpan().IndexOf<byte>([0x9D, 0x01, 0x2A]); // RFC 6386, 9.1: measures of 14 bits follow
                BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(key + 3), 0x3FFF);
                BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(key + 5), 0x3FFF);
                break;
        }

        return file;
    }

    private static string Refused(byte[] file) => Assert.Throws<UserError>(() => PictureDecoder.Decode(file, "a")).Message;

    private static string OfFile(string path, PictureReading? reading = null)
    {
        string message = Assert.Throws<UserError>(() => PictureDecoder.Read(path, reading)).Message;
        Assert.StartsWith($"{path}: ", message, StringComparison.Ordinal);
        return message;
    }

    /// <summary>Reads or refuses, either of which is right.</summary>
    private static void Refusal(byte[] file)
    {
        try
        {
            PictureDecoder.Decode(file, "a");
        }
        catch (UserError)
        {
        }
    }
}
