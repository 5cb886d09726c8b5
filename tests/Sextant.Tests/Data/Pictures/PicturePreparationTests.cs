using Sextant.Data.Pictures;
using Xunit;

namespace Sextant.Tests.Data.Pictures;

public sealed class PicturePreparationTests
{
    private const string Older = """{"crop_size": 224, "do_center_crop": true, "do_normalize": true, "do_resize": true, "feature_extractor_type": "CLIPFeatureExtractor", "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711], "resample": 3, "size": 224}""";

    private const string Newer = """{"crop_size": {"height": 224, "width": 224}, "do_center_crop": true, "do_convert_rgb": true, "do_normalize": true, "do_rescale": true, "do_resize": true, "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_processor_type": "CLIPImageProcessor", "image_std": [0.26862954, 0.26130258, 0.27577711], "resample": 3, "rescale_factor": 0.00392156862745098, "size": {"shortest_edge": 224}, "do_pad": false, "pad_size": null}""";

    [Theory]
    [InlineData(Older)]
    [InlineData(Newer)]
    [InlineData("{}")]
    public void Both_layouts_of_the_published_file_say_the_same(string json)
    {
        var preparation = Read(json);

        Assert.Equal((224, new PictureFit.ShortestEdge(224)), (preparation.Size, preparation.Fit));
        Assert.Equal(PicturePreparation.Reference.Mean, preparation.Mean);
        Assert.Equal(PicturePreparation.Reference.Std, preparation.Std);
    }

    [Fact]
    public void What_the_newest_layout_says_of_pictures_counts_before_the_older_file()
    {
        using var folder = new TemporaryFolder();
        folder.Write("processor_config.json", """{"image_processor": {"image_processor_type": "CLIPImageProcessorPil", "size": {"shortest_edge": 336}, "crop_size": {"height": 336, "width": 336}, "image_mean": [0.5, 0.5, 0.5], "data_format": "channels_first", "device": null}, "processor_class": "CLIPProcessor"}""");

        Assert.True(PicturePreparation.IsIn(folder.Path));
        folder.Write("preprocessor_config.json", Newer);
        var read = PicturePreparation.Read(folder.Path);
        folder.Write("processor_config.json", """{"processor_class": "CLIPProcessor"}""");

        Assert.Equal((336, 0.5f), (read.Size, read.Mean[0]));
        Assert.Equal(224, PicturePreparation.Read(folder.Path).Size);
        File.Delete(folder.Combine("preprocessor_config.json"));
        Assert.False(PicturePreparation.IsIn(folder.Path));
        folder.Write("processor_config.json", """{"image_processor": {"resample": 2}}""");
        Assert.Contains("/processor_config.json: resample is 2", Assert.Throws<UserError>(() => PicturePreparation.Read(folder.Path)).Message, StringComparison.Ordinal);
        folder.Write("processor_config.json", """{"image_processor": 3}""");
        Assert.Contains("image_processor is not the JSON object", Assert.Throws<UserError>(() => PicturePreparation.IsIn(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"size": {"shortest_edge": 256}, "crop_size": 224}""", 224, 256)]
    [InlineData("""{"size": {"height": 48, "width": 48}, "do_center_crop": false}""", 48, null)]
    [InlineData("""{"size": {"height": 48, "width": 48}, "crop_size": {"height": 48, "width": 48}}""", 48, null)]
    public void Sizes_are_read_as_they_are_given(string json, int size, int? edge)
    {
        var preparation = Read(json);

        Assert.Equal(size, preparation.Size);
        Assert.Equal(edge, (preparation.Fit as PictureFit.ShortestEdge)?.Edge);
    }

    [Theory]
    [InlineData("""{"resample": 2}""", "resample is 2, and only 3 (bicubic) is known here")]
    [InlineData("""{"size": {"longest_edge": 224}}""", "size is {\"longest_edge\":224}")]
    [InlineData("""{"size": {"height": 224, "width": 200}}""", "size is {\"height\":224,\"width\":200}")]
    [InlineData("""{"size": 0}""", "size is 0, not a whole number of pixels from 1 to 4096")]
    [InlineData("""{"size": 200}""", "crop_size is missing, which is more than the size 200")]
    [InlineData("""{"size": 224, "crop_size": 336}""", "crop_size is 336, which is more than the size 224")]
    [InlineData("""{"do_resize": false}""", "do_resize is false")]
    [InlineData("""{"do_rescale": false}""", "do_rescale is false")]
    [InlineData("""{"rescale_factor": 1}""", "rescale_factor is 1")]
    [InlineData("""{"do_center_crop": false}""", "do_center_crop is false")]
    [InlineData("""{"do_center_crop": 1}""", "do_center_crop is 1, not true or false")]
    [InlineData("""{"do_pad": true}""", "do_pad is true, and what that does to a picture is not known here")]
    [InlineData("""{"image_processor_type": "ViTImageProcessor"}""", "image_processor_type is \"ViTImageProcessor\"")]
    [InlineData("""{"image_mean": [0.5, 0.5]}""", "image_mean is [0.5,0.5], not three numbers")]
    [InlineData("""{"image_std": [0.5, 0, 0.5]}""", "image_std is [0.5,0,0.5], not three positive numbers")]
    [InlineData("""{"data_format": "channels_last"}""", "data_format is \"channels_last\"")]
    [InlineData("[]", "is not the JSON object")]
    [InlineData("{", "is not the JSON object")]
    public void What_is_not_known_is_refused_by_its_name(string json, string named)
    {
        var error = Assert.Throws<UserError>(() => Read(json));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains("preprocessor_config.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_the_file_says_so()
    {
        using var folder = new TemporaryFolder();

        Assert.False(PicturePreparation.IsIn(folder.Path));
        Assert.Contains("holds no preprocessor_config.json", Assert.Throws<UserError>(() => PicturePreparation.Read(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        using var folder = new TemporaryFolder();
        foreach (var fit in new PictureFit[] { new PictureFit.ShortestEdge(52), new PictureFit.Squeezed() })
        {
            var preparation = PicturePreparation.Clip(48) with { Fit = fit, Mean = [0.5f, 0.25f, 0] };

            preparation.Write(folder.Path);
            var read = PicturePreparation.Read(folder.Path);

            Assert.Equal((48, fit), (read.Size, read.Fit));
            Assert.Equal(preparation.Mean, read.Mean);
            Assert.Equal(preparation.Std, read.Std);
        }
    }

    [Fact]
    public void A_preparation_that_does_not_normalise_gives_shares_of_one()
    {
        var preparation = Read("""{"do_normalize": false, "size": 2, "crop_size": 2}""");
        float[] pixels = new float[12];

        preparation.Apply(new RgbPicture(2, 2, [255, 0, 51, 255, 0, 51, 255, 0, 51, 255, 0, 51]), pixels);

        Assert.Equal([1, 1, 1, 1, 0, 0, 0, 0, 0.2f, 0.2f, 0.2f, 0.2f], pixels);
    }

    [Fact]
    public void Odd_margins_are_rounded_down_and_the_longer_side_too()
    {
        var window = PicturePreparation.Reference.Window(400, 267);

        Assert.Equal(new ResizedWindow(335, 224, 55, 0, 224, 224), window);
    }

    private static PicturePreparation Read(string json)
    {
        using var folder = new TemporaryFolder();
        folder.Write("preprocessor_config.json", json);
        return PicturePreparation.Read(folder.Path);
    }
}
