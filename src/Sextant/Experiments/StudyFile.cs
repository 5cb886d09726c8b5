using System.Text.Json;
using System.Text.Json.Nodes;
using Sextant.Models;
using Sextant.Training;

namespace Sextant.Experiments;

/// <summary>Studies as files: reading, and making their recipes complete.</summary>
public static class StudyFile
{
    private const string Remedy = "give the path of a JSON file such as studies/course-scaling.json";
    internal const string RatePath = "training.optimizer.learningRate";
    private const int MostRuns = 10_000;

    /// <summary>What is wrong with a recipe is mostly wrong with every run.</summary>
    private const int MostProblems = 3;

    /// <summary>Keys that no recipe has.</summary>
    private static readonly string[] OwnKeys = ["recipes", "runs", "grid", "changes", "seeds", "shareTrunk", "learningRate", "analysis"];

    /// <summary>Reads a study and makes each run's recipe: base, then what the design varies, then the command line's changes.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="changes">Changes of the form path=value, put into every recipe.</param>
    /// <param name="data">A data file or folder in place of every recipe's; null keeps theirs.</param>
    /// <param name="split">A split file in place of every recipe's split; null keeps theirs.</param>
    /// <exception cref="UserError">The file or an outcome is wrong; the message names every problem with its path.</exception>
    public static Study Load(string path, IEnumerable<string>? changes = null, string? data = null, string? split = null)
    {
        var json = JsonFile.Read(path, "study", Remedy);
        if (!IsStudy(json) && json["model"] is not null)
        {
            throw new UserError($"{path} is a recipe, not a study; use `sextant train {path}`.");
        }

        Refuse(path, RecordSchema.Problems(json, typeof(StudyDesign), "study"));
        var design = json.Deserialize<StudyDesign>(RecipeJson.Options)!;
        var commandLine = RecipeChange.OfCommandLine(changes ?? []);
        Refuse(path, [.. Problems(design)]);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var bases = Bases(design, path, folder, data, split);
        var problems = new List<string>();
        var made = new List<(Variant Variant, Recipe Recipe)>();
        foreach (var variant in StudyVariants.Of(design, [.. bases.Select(b => b.Recipe.Name)]))
        {
            var from = bases[variant.Base];
            try
            {
                made.Add((variant, RecipeFile.Load(from.Json, from.Name, from.Folder, [.. variant.Changes, .. commandLine], data, split)));
            }
            catch (UserError error)
            {
                problems.Add(error.Message);
            }
        }

        if (design.ShareTrunk)
        {
            problems.AddRange(made.Select(m => Trunk.Problem(m.Recipe.Training)).OfType<string>().Select(problem => $"shareTrunk: {problem}."));
        }

        made = [.. made.Select(m => m with { Recipe = ByRule(m.Recipe, design.LearningRate, problems) })];
        problems.AddRange(made.SelectMany(m => Untried(m.Recipe, design.LearningRate)));
        if (design.Analysis is AnalysisOptions.Batches)
        {
            problems.AddRange(BatchSizes.Problems([.. made.Select(m => m.Recipe)]));
        }

        if (design.Analysis is AnalysisOptions.Optimizers optimizers)
        {
            problems.AddRange(OptimizerTables.Problems([.. made.Select(m => m.Recipe)], optimizers));
        }

        if (design.Analysis.StopAt is { } stop)
        {
            made = [.. made.Select(m => m with { Recipe = m.Recipe with { Training = m.Recipe.Training with { StopAt = stop } } })];
        }

        Refuse(path, [.. problems.Distinct()]);
        return new Study
        {
            Name = design.Name,
            Analysis = design.Analysis,
            ShareTrunk = design.ShareTrunk,
            LearningRate = design.LearningRate,
            Runs = Distinct(made),
        };
    }

    /// <summary>Whether a JSON object is meant to be a study.</summary>
    internal static bool IsStudy(JsonNode json) =>
        json is JsonObject properties && OwnKeys.Any(properties.ContainsKey);

    /// <summary>Whether a file holds what is meant to be a study.</summary>
    public static bool IsStudyFile(string path)
    {
        try
        {
            return File.Exists(path) && IsStudy(JsonFile.Read(path, "study", Remedy));
        }
        catch (UserError)
        {
            return false;
        }
    }

    private static void Refuse(string path, IReadOnlyList<string> problems)
    {
        if (problems.Count > 0)
        {
            string more = problems.Count > MostProblems ? $" {problems.Count - MostProblems} more sentences like these are left out." : "";
            throw new UserError($"{path}: {string.Join(" ", problems.Take(MostProblems).Select(problem => problem.EndsWith('.') ? problem : problem + "."))}{more}");
        }
    }

    private static IEnumerable<string> Problems(StudyDesign design)
    {
        if (design.Name.Length == 0 || design.Name != StudyVariants.AsFileName(design.Name))
        {
            yield return $"name: \"{design.Name}\" must be letters, digits, '.', '_' and '-', since a folder is called by it.";
        }

        if (design.Recipes.Count == 0)
        {
            yield return "recipes: is empty; name at least one.";
        }

        foreach (var (element, i) in design.Recipes.Select((element, i) => (element, i)).Where(r => r.element.ValueKind is not (JsonValueKind.String or JsonValueKind.Object)))
        {
            yield return $"recipes[{i}]: {element.GetRawText()} is neither a path nor a recipe.";
        }

        foreach (string path in design.Grid.Where(axis => axis.Value.Count == 0).Select(axis => axis.Key))
        {
            yield return $"grid.{path}: is empty; give at least one value.";
        }

        foreach (string path in design.Changes.SelectMany(change => change.Keys).Where(design.Grid.ContainsKey).Distinct())
        {
            yield return $"changes: {path} stands in the grid as well; a value moves in one of them.";
        }

        if (design.Seeds.Count > 0 && (design.Grid.ContainsKey("seed") || design.Changes.Any(change => change.ContainsKey("seed"))))
        {
            yield return "seeds: the seed stands in the grid or the changes as well; a value moves in one of them.";
        }

        double runs = design.Grid.Values.Aggregate((double)design.Recipes.Count, (product, values) => product * values.Count)
            * Math.Max(1, design.Changes.Count) * Math.Max(1, design.Seeds.Count);
        if (runs > MostRuns)
        {
            yield return FormattableString.Invariant($"grid: {runs:N0} runs are more than {MostRuns:N0}; make the grid smaller.");
        }

        if (design.LearningRate is not null && (design.Grid.ContainsKey(RatePath) || design.Changes.Any(change => change.ContainsKey(RatePath))))
        {
            yield return $"learningRate: {RatePath} stands in the grid or the changes as well; a value moves in one of them.";
        }

        foreach (string path in design.LearningRate is LearningRateOptions.Tuned { With: var with } ? with.Keys.Where(path => design.Grid.ContainsKey(path) || design.Changes.Any(change => change.ContainsKey(path))) : [])
        {
            yield return $"learningRate.with.{path}: stands in the grid or the changes as well; a value moves in one of them.";
        }

        if (design is { Analysis: AnalysisOptions.Batches or AnalysisOptions.Optimizers, LearningRate: not LearningRateOptions.Tuned })
        {
            string what = design.Analysis is AnalysisOptions.Batches ? "batch" : "optimiser";
            yield return $"learningRate: a study of {(what == "batch" ? "batch sizes" : "optimisers")} tunes the rate at each, else it compares rates and not {(what == "batch" ? "batches" : "optimisers")}; give {{ \"kind\": \"tuned\", \"seeds\": 2 }}.";
        }

        foreach (string problem in (design.LearningRate?.Problems() ?? []).Concat(design.Analysis.Problems()))
        {
            yield return problem;
        }
    }

    /// <summary>The recipes that the design starts from, each good by itself.</summary>
    private static List<BaseRecipe> Bases(StudyDesign design, string path, string folder, string? data, string? split)
    {
        var bases = new List<BaseRecipe>();
        var problems = new List<string>();
        foreach (var (element, i) in design.Recipes.Select((element, i) => (element, i)))
        {
            try
            {
                string? named = element.ValueKind == JsonValueKind.String ? element.GetString() : null;
                string file = named is null ? path : Path.GetFullPath(named, folder);
                var json = named is null
                    ? JsonObject.Create(element)!
                    : JsonFile.Read(file, "recipe", $"recipes[{i}] is looked for from the folder of the study");
                string name = named ?? $"recipes[{i}]", from = Path.GetDirectoryName(file)!;
                bases.Add(new BaseRecipe(name, json, from, RecipeFile.Load(json, name, from, [], data, split)));
            }
            catch (UserError error)
            {
                problems.Add(error.Message);
            }
        }

        Refuse(path, problems);
        return bases;
    }

    /// <summary>A recipe by the study's rule for learning rates; those that are tuned wait for their trials.</summary>
    private static Recipe ByRule(Recipe recipe, LearningRateOptions? rule, List<string> problems)
    {
        switch (rule)
        {
            case LearningRateOptions.ByWidth byWidth:
                var moved = StudyTuning.AtRate(recipe, byWidth.Rate(recipe.Training.Optimizer.LearningRate, recipe.Model.Hidden));
                problems.AddRange(moved.Problems().Select(problem => $"learningRate: by the rule {recipe.Name} has {problem}"));
                return moved;
            case LearningRateOptions.MaximalUpdate maximal when recipe.Model is ModelOptions.Modern modern:
                var carried = recipe with { Model = modern with { MaximalUpdateFrom = maximal.From } };
                problems.AddRange(carried.Problems());
                return carried;
            case LearningRateOptions.MaximalUpdate:
                problems.Add($"learningRate: maximalUpdate is a rule of the modern models, and {recipe.Name} has another; use tuned or byWidth.");
                return recipe;
            default:
                return recipe;
        }
    }

    /// <summary>What keeps a value that is tuned beside the rate from being one of a recipe's.</summary>
    private static IEnumerable<string> Untried(Recipe recipe, LearningRateOptions? rule)
    {
        foreach (var (path, value) in rule is LearningRateOptions.Tuned { With: var with } ? with.SelectMany(axis => axis.Value.Select(value => (axis.Key, value))) : [])
        {
            IReadOnlyList<string> problems;
            try
            {
                problems = [.. TunedSetting.Own.With(path, value).In(recipe).Problems().Select(problem => $"learningRate.with {path}={value.GetRawText()}: {problem}")];
            }
            catch (UserError error)
            {
                problems = [error.Message];
            }

            foreach (string problem in problems)
            {
                yield return problem;
            }
        }
    }

    /// <summary>One run for each identity, under its first name.</summary>
    private static StudyRun[] Distinct(List<(Variant Variant, Recipe Recipe)> made)
    {
        var identities = made.Select(m => RunIdentity.Of(m.Recipe)).ToList();
        return
        [
            .. made.Zip(identities, (m, identity) => (m.Variant.Name, m.Recipe, Identity: identity))
                .GroupBy(run => run.Identity)
                .Select(same => new StudyRun(same.First().Name, same.First().Recipe with { Name = same.First().Name }, same.Key, [.. same.Skip(1).Select(run => run.Name)])),
        ];
    }

    private sealed record BaseRecipe(string Name, JsonObject Json, string Folder, Recipe Recipe);
}
