using Sextant.Matching;
using Sextant.Tests.Data.Pictures;
using Xunit;

namespace Sextant.Tests.Matching;

public sealed class GalleryTests
{
    [Fact]
    public void Features_come_from_the_cache_to_the_bit_and_only_new_pictures_are_encoded()
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 5);
        using var encoder = ClipEncoder.Load(ToyGallery.Model(folder));

        var first = Read(pictures, encoder);
        var again = Read(pictures, encoder);
        File.Copy(Path.Combine(pictures, "3.png"), Path.Combine(pictures, "double.png"));
        File.Copy(Path.Combine(pictures, "4.png"), Path.Combine(pictures, "9.png"));
        File.AppendAllText(Path.Combine(pictures, "9.png"), "other bytes behind its end");
        var grown = Read(pictures, encoder);

        Assert.Equal((5, 0, 1), (first.Computed, again.Computed, grown.Computed));
        Assert.Equal(first.Features.Values, again.Features.Values);
        Assert.Equal(first.Hubness!.Values, again.Hubness!.Values);
        Assert.Equal(["0.png", "1.png", "2.png", "3.png", "4.png", "9.png"], grown.Pictures.Select(picture => picture.Name));
        Assert.Equal(["double.png"], grown.Pictures[3].Doubles);
    }

    [Fact]
    public void One_worker_and_several_give_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 11);
        using var encoder = ClipEncoder.Load(ToyGallery.Model(folder));

        var one = Read(pictures, encoder, new GalleryOptions { Workers = 1, Batch = 4, Cache = folder.Combine("one") });
        var four = Read(pictures, encoder, new GalleryOptions { Workers = 4, Batch = 4, Cache = folder.Combine("four") });

        Assert.Equal(one.Features.Values, four.Features.Values);
        Assert.Equal(11, four.Computed);
    }

    [Fact]
    public void Another_model_computes_anew_and_neither_loses_its_own()
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 3);
        using ClipEncoder one = ClipEncoder.Load(ToyGallery.Model(folder)), other = ClipEncoder.Load(ToyGallery.Model(folder, seed: 2));

        Assert.NotEqual(one.Identity, other.Identity);
        Assert.Equal([3, 3, 0, 0], new[] { one, other, one, other }.Select(encoder => Read(pictures, encoder).Computed));
    }

    [Fact]
    public void Features_of_deleted_pictures_are_left_out_when_new_ones_are_written()
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 5), away = folder.Combine("0.png");
        using var encoder = ClipEncoder.Load(ToyGallery.Model(folder));
        foreach (string file in Directory.GetFiles(pictures))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-1));
        }

        var before = Read(pictures, encoder);
        File.Move(Path.Combine(pictures, "0.png"), away);
        File.Copy(Path.Combine(pictures, "4.png"), Path.Combine(pictures, "5.png"));
        File.AppendAllText(Path.Combine(pictures, "5.png"), "other bytes behind its end");
        var after = Read(pictures, encoder);
        File.Move(away, Path.Combine(pictures, "0.png"));
        var back = Read(pictures, encoder);

        Assert.Equal((5, 1, 1), (before.Computed, after.Computed, back.Computed));
        FeatureTableTests.Same(before.Features, back.Features.Selected([0, 1, 2, 3, 4]));
        Assert.Equal(before.Hubness!.Captions, back.Hubness!.Captions);
    }

    [Fact]
    public void What_the_config_alone_decides_computes_anew_too()
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 3), model = ToyGallery.Model(folder), config = Path.Combine(model, "config.json");
        using var quick = ClipEncoder.Load(model);
        var before = Read(pictures, quick);
        string text = File.ReadAllText(config);
        File.WriteAllText(config, text.Replace("quick_gelu", "gelu", StringComparison.Ordinal));
        using var exact = ClipEncoder.Load(model);

        var after = Read(pictures, exact);

        Assert.Contains("quick_gelu", text, StringComparison.Ordinal);
        Assert.Equal(3, after.Computed);
        Assert.NotEqual(before.Features.Values.ToArray(), after.Features.Values.ToArray());
    }

    [Fact]
    public void A_link_to_another_picture_is_read_again_when_that_picture_changes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making a link asks for rights there.");
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 2), target = folder.Combine("target.png"), link = Path.Combine(pictures, "link.png");
        File.Move(Path.Combine(pictures, "1.png"), target);
        File.SetLastWriteTimeUtc(target, DateTime.UtcNow.AddDays(-2));
        File.CreateSymbolicLink(link, target);
        File.SetLastWriteTimeUtc(link, DateTime.UtcNow.AddDays(-3));
        using var encoder = ClipEncoder.Load(ToyGallery.Model(folder));

        var before = Read(pictures, encoder);
        File.WriteAllBytes(target, DrawnPictures.Png(DrawnPictures.Noise(20, 20, 77)));
        File.SetLastWriteTimeUtc(target, DateTime.UtcNow.AddDays(-1));
        var after = Read(pictures, encoder);

        Assert.Equal(["0.png", "link.png"], after.Pictures.Select(picture => picture.Name));
        Assert.NotEqual(before.Pictures[1].Content, after.Pictures[1].Content);
        Assert.Equal(1, after.Computed);
    }

    [Fact]
    public void A_picture_that_cannot_be_read_is_named_and_the_rest_goes_on()
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 3);
        byte[] whole = File.ReadAllBytes(Path.Combine(pictures, "1.png"));
        File.WriteAllBytes(Path.Combine(pictures, "cut.png"), whole[..(whole.Length / 2)]);
        File.WriteAllBytes(Path.Combine(pictures, "cut too.png"), whole[..(whole.Length / 2)]);
        File.WriteAllText(Path.Combine(pictures, "text.jpg"), "text");
        File.WriteAllText(Path.Combine(pictures, "empty.png"), "");
        using var encoder = ClipEncoder.Load(ToyGallery.Model(folder));

        var gallery = Read(pictures, encoder);

        Assert.Equal(3, gallery.Pictures.Count);
        Assert.Equal(["cut too.png", "cut.png", "empty.png", "text.jpg"], gallery.Skipped.Select(skipped => skipped.Name));
        Assert.All(gallery.Skipped, skipped => Assert.Contains(skipped.Name, skipped.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public void A_link_whose_target_is_gone_is_called_that()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making a link asks for rights there.");
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 2), target = folder.Combine("gone.png");
        File.CreateSymbolicLink(Path.Combine(pictures, "link.png"), target);
        using var encoder = ClipEncoder.Load(ToyGallery.Model(folder));

        string reason = Assert.Single(Read(pictures, encoder).Skipped).Reason;

        Assert.Equal($"{Path.Combine(pictures, "link.png")}: it is a link to {target}, which is not there; mend or remove the link.", reason);
    }

    [Fact]
    public void A_gallery_of_broken_pictures_alone_says_why()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Combine("pictures"));
        folder.Write("pictures/a.png", "text");
        using var encoder = ClipEncoder.Load(ToyGallery.Model(folder));

        string message = Assert.Throws<UserError>(() => Read(folder.Combine("pictures"), encoder)).Message;

        Assert.Contains("None of the 1 pictures", message, StringComparison.Ordinal);
        Assert.Contains("a.png", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_cache_is_made_anew_and_said_so()
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 3);
        using var encoder = ClipEncoder.Load(ToyGallery.Model(folder));
        var before = Read(pictures, encoder);
        string file = Directory.GetFiles(Path.Combine(pictures, ".sextant"), "features-*").Single();
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
        List<string> notices = [];

        var after = Read(pictures, encoder, new GalleryOptions { Notice = notices.Add });

        Assert.Contains("damaged", Assert.Single(notices), StringComparison.Ordinal);
        Assert.Equal(before.Features.Values, after.Features.Values);
        Assert.Equal((3, 0), (after.Computed, Read(pictures, encoder).Computed));
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_said_once_and_all_goes_on()
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 3);
        File.WriteAllText(Path.Combine(pictures, ".sextant"), "a file where the folder would be");
        using var encoder = ClipEncoder.Load(ToyGallery.Model(folder));
        List<string> notices = [];

        var gallery = Read(pictures, encoder, new GalleryOptions { Notice = notices.Add });

        Assert.Contains("--cache", Assert.Single(notices), StringComparison.Ordinal);
        Assert.Equal(3, gallery.Pictures.Count);
    }

    [Fact]
    public void What_was_computed_before_a_stop_is_kept()
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 12);
        using var encoder = ClipEncoder.Load(ToyGallery.Model(folder));
        using var stop = new CancellationTokenSource();
        var progress = new Told(value =>
        {
            if (value.Done >= 4)
            {
                stop.Cancel();
            }
        });

        Assert.ThrowsAny<OperationCanceledException>(() => Read(pictures, encoder, new GalleryOptions { Batch = 2 }, progress, stop));

        Assert.InRange(Read(pictures, encoder).Computed, 1, 8);
    }

    [Fact]
    public void A_file_is_found_by_path_name_and_content()
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 3);
        using var encoder = ClipEncoder.Load(ToyGallery.Model(folder));
        File.Copy(Path.Combine(pictures, "2.png"), folder.Combine("elsewhere.png"));
        var gallery = Read(pictures, encoder);

        Assert.Equal([1, 1, 2, null], new[] { Path.Combine(pictures, "1.png"), "1.png", folder.Combine("elsewhere.png"), folder.Combine("none.png") }.Select(gallery.IndexOf));
    }

    private static Gallery Read(string folder, ClipEncoder encoder, GalleryOptions? options = null, IProgress<GalleryProgress>? progress = null, CancellationTokenSource? stop = null) =>
        Gallery.Read(folder, encoder, options, progress, stop?.Token ?? TestContext.Current.CancellationToken);

    private sealed class Told(Action<GalleryProgress> tell) : IProgress<GalleryProgress>
    {
        public void Report(GalleryProgress value) => tell(value);
    }
}
