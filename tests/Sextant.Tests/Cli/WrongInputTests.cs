using System.IO.Compression;
using Sextant.Experiments;
using Sextant.Tests.Experiments;
using Xunit;

namespace Sextant.Tests.Cli;

/// <summary>Wrong input ends with exit 1 or 2, one sentence that says what is wrong, and nothing on standard output.</summary>
public sealed class WrongInputTests
{
    [Fact]
    public void An_option_that_is_not_known_is_no_further_value_of_one_that_takes_several()
    {
        var (exit, _, error) = InProcess.Run("match", "rank", "pictures", "--caption", "a fish", "--tempature", "1");
        Assert.Equal(2, exit);
        Assert.Contains("There is no option '--tempature'", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing.tsv", null, "missing.tsv")]
    [InlineData("empty.tsv", "", "holds no pairs")]
    [InlineData("comments.tsv", "# nothing here\n\n", "holds no pairs")]
    [InlineData("one-column.tsv", "cat\ndog\nbird\n", "do not hold exactly two fields (line 1, 2, 3)")]
    [InlineData("three.tsv", "a b c\nd e f\n", "do not hold exactly two fields")]
    public void Pairs_that_cannot_be_used_are_one_sentence(string name, string? content, string expected)
    {
        using TemporaryFolder folder = new();
        if (content is not null)
        {
            folder.Write(name, content);
        }

        AssertRefused(Train(folder, "--data", folder.Combine(name)), 1, expected);
    }

    [Fact]
    public void A_binary_file_is_one_sentence()
    {
        using TemporaryFolder folder = new();
        byte[] bytes = new byte[4096];
        new Random(1).NextBytes(bytes);

        AssertRefused(Train(folder, "--data", folder.Write("binary.tsv", bytes)), 1, "binary.tsv");
    }

    [Fact]
    public void A_line_of_ten_megabytes_is_one_sentence()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("long.tsv", new string('x', 10_000_000) + "\n");

        AssertRefused(Train(folder, "--data", path), 1, "long.tsv");
    }

    [Fact]
    public void A_damaged_gzip_file_is_one_sentence()
    {
        using TemporaryFolder folder = new();
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(new byte[100_000]);
        }

        AssertRefused(Train(folder, "--data", folder.Write("cut.tsv.gz", packed.ToArray()[..^20])), 1, "cut.tsv.gz");
    }

    [Theory]
    [InlineData("training.batchsize=3", "has no 'batchsize'")]
    [InlineData("model.hidden=wide", "not a whole number")]
    [InlineData("model", "path=value")]
    [InlineData("training.horizon.count=1e400", "finite")]
    [InlineData("training.threads=100000", "at most 256")]
    public void A_wrong_set_is_one_sentence(string change, string expected)
    {
        using TemporaryFolder folder = new();
        AssertRefused(Train(folder, "--set", change), 1, expected);
    }

    [Fact]
    public void A_recipe_with_an_unknown_key_or_a_wrong_type_is_one_sentence()
    {
        using TemporaryFolder folder = new();
        string json = RecipeFile.ToJson(ToyRecipes.Course("pairs.tsv")).ToJsonString();

        AssertRefused(InProcess.Run("train", folder.Write("a.json", json.Replace("\"hidden\"", "\"hiden\"", StringComparison.Ordinal))), 1, "model.hiden is no key");
        AssertRefused(InProcess.Run("train", folder.Write("b.json", json.Replace("\"hidden\":8", "\"hidden\":\"8\"", StringComparison.Ordinal))), 1, "is not a whole number");
        AssertRefused(InProcess.Run("train", folder.Write("c.json", json.Replace("courseEncoderDecoder", "bert", StringComparison.Ordinal))), 1, "\"bert\" is not one of");
        AssertRefused(InProcess.Run("train", folder.Write("d.json", "{\"runs\":[]}")), 1, "is a study");
        AssertRefused(InProcess.Run("train", folder.Write("e.json", "")), 1, "is empty");
        AssertRefused(InProcess.Run("train", folder.Path), 1, "it is a folder");
        AssertRefused(InProcess.Run("train", folder.Combine("none.json")), 1, "There is no recipe");
    }

    [Fact]
    public void An_out_folder_that_cannot_be_written_is_one_sentence()
    {
        using TemporaryFolder folder = new();
        string blocked = folder.Write("file", "not a folder");

        AssertRefused(Train(folder, "--out", Path.Combine(blocked, "run")), 1, "cannot be written");
    }

    [Fact]
    public void An_option_that_names_no_place_or_a_wrong_one_is_one_sentence()
    {
        using TemporaryFolder folder = new();
        string run = folder.Combine("run");
        Assert.Equal(0, Train(folder, "--out", run).ExitCode);

        AssertRefused(Train(folder, "--out", ""), 2, "--out is empty");
        AssertRefused(InProcess.Run("translate", run, "cat", "--attention", folder.Combine("picture.gif")), 2, "ends in .png or .svg");
        AssertRefused(InProcess.Run("translate", run, "cat", "--top-k", "0"), 2, "--top-k is 0; it must be at least 1");
        AssertRefused(InProcess.Run("translate", run, "cat", "--top-p", "2"), 2, "--top-p is 2; it must be above 0 and at most 1");
        AssertRefused(InProcess.Run("translate", run, "cat", "--beam", "0"), 2, "--beam");
        AssertRefused(InProcess.RunWith("cat\n", "translate", run, "--attention", folder.Combine("picture.png")), 2, "needs the text among the arguments");
        AssertRefused(InProcess.Run("data", "pig-latin", folder.Write("words.txt", "cat"), "--json"), 2, "give --out FILE as well");
        AssertRefused(InProcess.Run("compare", run, "--out", Path.Combine(folder.Write("file", ""), "page")), 1, "cannot be written");
    }

    [Fact]
    public void Learned_positions_that_the_data_outgrow_are_said_before_the_folder_is_taken_and_too_long_a_word_is_left()
    {
        using TemporaryFolder folder = new();
        string recipe = folder.Combine("recipe.json"), run = folder.Combine("run");
        RecipeFile.Write(ToyRecipes.Modern(ToyRecipes.Pairs(folder)), recipe);
        string[] learned = ["train", recipe, "--out", run, "--set", "model.positions=learned"];

        AssertRefused(InProcess.Run([.. learned, "--set", "model.maximumLength=10"]), 1, "model.maximumLength is 10, but the data hold an input of");
        Assert.Equal(0, InProcess.Run([.. learned, "--set", "model.maximumLength=24"]).ExitCode);

        var translated = InProcess.RunWith($"cat\n{new string('a', 70)}\ndog\n", "translate", run);
        Assert.Equal(0, translated.ExitCode);
        Assert.Equal(new string('a', 70), translated.Output.Split('\n')[1]);
        Assert.Contains("line 2: 'aaaa", translated.Errors, StringComparison.Ordinal);
        Assert.Contains("is longer than the 22 tokens", translated.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Pairs_in_letters_that_the_tokeniser_lacks_are_one_sentence_with_the_remedy()
    {
        using TemporaryFolder folder = new();

        AssertRefused(Train(folder, "--data", folder.Write("other.tsv", "žaba\tþorn\nčaj\tþing\n")), 1, "such as 'þ', 'ž', 'č'; --set tokenizer.kind=characters");
    }

    [Fact]
    public void A_kind_without_fields_can_be_set_and_an_unknown_one_is_named()
    {
        using TemporaryFolder folder = new();

        Assert.Equal(0, Train(folder, "--set", "training.schedule.kind=constant").ExitCode);
        AssertRefused(Train(folder, "--set", "training.schedule.kind=steady"), 1, "\"steady\" is not one of");
        AssertRefused(Train(folder, "--set", "model.hidden=-1"), 1, "recipe.json with --set model.hidden=-1: model.hidden: -1 is not positive");
    }

    [Fact]
    public void A_folder_without_a_run_among_others_is_announced()
    {
        using TemporaryFolder folder = new();
        string run = folder.Combine("run"), empty = Directory.CreateDirectory(folder.Combine("empty")).FullName;
        Train(folder, "--out", run);

        var result = InProcess.Run("compare", run, empty, "--out", folder.Combine("page"));

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("empty holds no run and is left out", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_word_list_whose_gzip_file_was_cut_short_is_one_sentence()
    {
        using TemporaryFolder folder = new();
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', Sextant.Data.BuiltInWords.Get(Sextant.Data.WordList.Small))));
        }

        byte[] bytes = packed.ToArray();
        AssertRefused(InProcess.Run("data", "pig-latin", folder.Write("cut.gz", bytes[..(bytes.Length / 2)])), 1, "damaged gzip");
    }

    [Fact]
    public void A_device_that_is_not_there_is_one_sentence()
    {
        using TemporaryFolder folder = new();

        AssertRefused(Train(folder, "--device", "tpu"), 1, "there is no such device");
        Assert.SkipWhen(TorchSharp.torch.cuda.is_available(), "There is a GPU here.");
        AssertRefused(Train(folder, "--device", "cuda"), 1, "no usable NVIDIA GPU");
    }

    [Theory]
    [InlineData("fly")]
    [InlineData("train")]
    [InlineData("train", "a.json", "--nonsense")]
    [InlineData("translate")]
    [InlineData("translate", "run", "--beam", "many")]
    [InlineData]
    public void A_wrong_command_line_is_exit_2_and_one_sentence(params string[] arguments) => AssertRefused(InProcess.Run(arguments), 2, "--help");

    [Fact]
    public void A_folder_without_a_run_is_one_sentence_for_every_command_that_takes_one()
    {
        using TemporaryFolder folder = new();
        AssertRefused(InProcess.Run("translate", folder.Path, "cat"), 1, "holds no run");
        AssertRefused(InProcess.Run("generate", folder.Path, "cat"), 1, "holds no run");
        AssertRefused(InProcess.Run("compare", folder.Path), 1, "no finished run");
        AssertRefused(InProcess.Run("compare", folder.Combine("nowhere")), 1, "There is no folder");
        AssertRefused(InProcess.Run("runs", folder.Combine("nowhere")), 1, "There is no folder");
        AssertRefused(InProcess.Run("evaluate", folder.Path, "--data", "x"), 1, "holds no run");
        AssertRefused(InProcess.Run("data", "pig-latin", folder.Combine("nowhere")), 1, "There is no file");
    }

    [Fact]
    public void A_learning_rate_that_is_far_too_high_stops_with_the_step_the_rate_and_what_to_try()
    {
        using TemporaryFolder folder = new();
        var result = Train(folder, "--set", "training.optimizer.learningRate=1e30");

        AssertRefused(result, 1, "Training diverged at step");
        Assert.Contains("learning rate of", result.Errors, StringComparison.Ordinal);
        Assert.Contains("try a smaller one (--set training.optimizer.learningRate=", result.Errors, StringComparison.Ordinal);
    }

    private static InProcess Train(TemporaryFolder folder, params string[] arguments)
    {
        string pairs = ToyRecipes.Pairs(folder), recipe = folder.Combine("recipe.json");
        RecipeFile.Write(ToyRecipes.Course(pairs), recipe);
        return InProcess.Run(["train", recipe, .. arguments.Contains("--out") ? Array.Empty<string>() : ["--out", folder.Combine("run")], .. arguments]);
    }

    private static void AssertRefused(InProcess result, int code, string expected)
    {
        Assert.Equal(code, result.ExitCode);
        Assert.Empty(result.Output);
        string last = result.Errors.TrimEnd().Split('\n')[^1];
        Assert.StartsWith("sextant: ", last, StringComparison.Ordinal);
        Assert.Contains(expected, last, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }
}
