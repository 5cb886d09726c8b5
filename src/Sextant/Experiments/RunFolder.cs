using System.Text.Json;
using System.Text.Json.Nodes;
using Sextant.Experiments.Clip;
using Sextant.Experiments.Encoders;
using Sextant.Pretrained;
using Sextant.Scaling.GradientNoise;
using Sextant.Tokenization;
using Sextant.Training;
using TorchSharp;

namespace Sextant.Experiments;

/// <summary>
/// The files of one run. Every file appears whole or not at all: it is written beside its place, flushed and renamed.
/// recipe.json, metrics.jsonl, noise.jsonl (where the gradient noise is measured), tokenizer.json, checkpoint/ (model, optimiser, state, the metrics so far), best/ (weights at the lowest
/// validation loss), tensorboard/, branch/ (where other horizons start, see <see cref="RunBranch"/>), and result.json, whose presence means done.
/// </summary>
public sealed class RunFolder
{
    private const string Weights = "model.safetensors", Moments = "optimizer.safetensors", StateFile = "state.json", OldLockName = ".lock";

    private readonly LineFile metrics, noise;
    private RunLease? lease;

    /// <summary>Names a run folder; touches nothing.</summary>
    public RunFolder(string path)
    {
        Root = Path.GetFullPath(path);
        metrics = new LineFile(Path.Combine(Root, "metrics.jsonl"), "metrics-so-far.jsonl");
        noise = new LineFile(Path.Combine(Root, "noise.jsonl"), "noise-so-far.jsonl");
    }

    /// <summary>Absolute path.</summary>
    public string Root { get; }

    public string RecipePath => Path.Combine(Root, "recipe.json");

    public string MetricsPath => metrics.Path;

    public string NoisePath => noise.Path;

    public string TokenizerPath => Path.Combine(Root, "tokenizer.json");

    public string ResultPath => Path.Combine(Root, "result.json");

    public string BestWeightsPath => Path.Combine(BestFolder, Weights);

    /// <summary>Where the kept weights are: of an encoder, with all that other tools read a model from.</summary>
    public string BestFolder => Path.Combine(Root, "best");

    public string TensorBoardFolder => Path.Combine(Root, "tensorboard");

    /// <summary>Whether the place from which runs of other horizons start is kept here.</summary>
    public bool HasBranch => RunBranch.IsIn(this);

    /// <summary>Whether there is a checkpoint to go on from.</summary>
    internal bool HasCheckpoint => Directory.Exists(CheckpointFolder) || Directory.Exists(LastCheckpointFolder);

    private string CheckpointFolder => Path.Combine(Root, "checkpoint");

    private string LastCheckpointFolder => CheckpointFolder + ".old";

    private string NewCheckpointFolder => CheckpointFolder + ".new";

    /// <summary>Whether a run is here, finished or not.</summary>
    public bool Exists => File.Exists(RecipePath);

    /// <summary>Makes sure that the run of this recipe, of this identity, may be here.</summary>
    /// <exception cref="UserError">Another recipe's run is here, or files that are no run.</exception>
    public void CheckFree(Recipe recipe, string identity) => CheckFree(RecipeFile.ToJson(recipe), identity);

    /// <summary>The same for a recipe of any kind, as JSON.</summary>
    internal void CheckFree(JsonObject recipe, string identity) => Guarded(() =>
    {
        if (Exists)
        {
            var there = Json(RecipePath);
            if (there[RunIdentity.Key]?.GetValue<string>() != identity)
            {
                var differences = RunIdentity.Differences(there, recipe);
                string which = differences.Count == 0
                    ? "the run of other data: the files that it was trained on held something else"
                    : $"the run of another recipe: {string.Join("; ", differences.Take(3))}{(differences.Count > 3 ? $"; and {differences.Count - 3} more" : "")}";
                throw new UserError($"{Root} holds {which}. Give another --out folder, or delete this one.");
            }
        }
        else if (Directory.Exists(Root) && Directory.EnumerateFileSystemEntries(Root).Select(Path.GetFileName).Any(name => !IsOurs(name!)))
        {
            throw new UserError($"{Root} holds files but no run; give an empty or new --out folder.");
        }
    });

    /// <summary>Makes the folder this recipe's own.</summary>
    public void Claim(Recipe recipe, string identity) => Claim(RecipeFile.ToJson(recipe), identity, () => RunIdentity.OfData(recipe));

    /// <summary>The same for a recipe of any kind, as JSON.</summary>
    internal void Claim(JsonObject recipe, string identity, Func<string> dataIdentity) => Guarded(() =>
    {
        if (!Exists)
        {
            var json = recipe.DeepClone().AsObject();
            json.Insert(0, RunIdentity.Key, identity);
            json.Insert(1, RunIdentity.DataKey, dataIdentity());
            WholeFile.Write(RecipePath, json.ToJsonString(RecipeJson.Options) + "\n");
        }
    });

    /// <summary>The identity of the run that is here.</summary>
    public string ReadIdentity() => Json(RecipePath)[RunIdentity.Key]?.GetValue<string>() ?? Root;

    /// <summary><see cref="RunIdentity.OfData"/> of the run that is here; null where it was not kept.</summary>
    public string? ReadDataIdentity() => Json(RecipePath)[RunIdentity.DataKey]?.GetValue<string>();

    /// <exception cref="UserError">The run is done but its best weights are gone.</exception>
    public void CheckBest()
    {
        if (!File.Exists(BestWeightsPath))
        {
            throw new UserError($"{Root} is done, but its weights (best/) are gone; delete the folder and train again.");
        }
    }

    /// <summary>The recipe as it was resolved.</summary>
    /// <exception cref="UserError">No run is here, or one of another kind.</exception>
    public Recipe ReadRecipe() => ReadKind() switch
    {
        RunKind.Finetuning => throw new UserError($"{Root} is a fine-tuned classifier; use `sextant classify {Root}`, `sextant compare {Root}` or `sextant report {Root}`."),
        RunKind.Pretraining => throw new UserError($"{Root} is a pretrained encoder, which `sextant finetune` takes as model.path; this command takes runs of `sextant train`."),
        RunKind.Contrastive => throw new UserError($"{Root} is a CLIP, which `sextant match` and `sextant finetune` take; this command takes runs of `sextant train`."),
        _ => RecipeFile.Load(RecipePath),
    };

    /// <summary>What kind of run is here.</summary>
    /// <exception cref="UserError">None is, or its recipe cannot be read.</exception>
    public RunKind ReadKind() => Exists
        ? EncoderRecipes.KindOf(Json(RecipePath)) switch
        {
            null => RunKind.Sequence,
            var kind when kind == typeof(ContrastiveRecipe) => RunKind.Contrastive,
            var kind => kind == typeof(FinetuningRecipe) ? RunKind.Finetuning : RunKind.Pretraining,
        }
        : throw new UserError($"{Root} holds no run (no recipe.json); give the folder that `sextant train --out` filled.");

    /// <summary>
    /// Keeps others, of this machine or of another that shares the folder, from training here until disposed; then removes
    /// what killed processes left half written.
    /// </summary>
    /// <exception cref="UserError">Another process trains here.</exception>
    public IDisposable Lock()
    {
        try
        {
            Directory.CreateDirectory(Root);
            lease = RunLease.TryTake(Root, out var holder)
                ?? throw new UserError($"Another process is training in {Root} ({holder}); wait for it or give another --out folder.");
            DeleteUnfinished();
            return lease;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(e);
        }
    }

    /// <summary>The process that trains here now, for a person ("process 12 on node3"); null for none.</summary>
    public string? Holder => RunLease.Holder(Root)?.ToString();

    /// <summary>Keeps the tokeniser with the run.</summary>
    public void WriteTokenizer(Tokenizer tokenizer) => Guarded(() =>
    {
        tokenizer.Save(TokenizerPath);
    });

    /// <summary>The tokeniser that is kept with the run; null before it has one.</summary>
    public Tokenizer? ReadTokenizer() => Exists && File.Exists(TokenizerPath) ? Tokenizer.Load(TokenizerPath) : null;

    /// <summary>Adds a line to metrics.jsonl.</summary>
    public void Append(Evaluation evaluation) => Guarded(() => metrics.Append(evaluation));

    /// <summary>The evaluations so far; a last line that was cut short is the checkpoint's, or left out if that has none.</summary>
    public IReadOnlyList<Evaluation> ReadMetrics() => metrics.Read<Evaluation>(CheckpointFolder);

    /// <summary>Adds a line to noise.jsonl.</summary>
    public void Append(NoiseMeasurement measurement) => Guarded(() => noise.Append(measurement));

    /// <summary>The measurements of the gradient noise so far, as <see cref="ReadMetrics"/>.</summary>
    public IReadOnlyList<NoiseMeasurement> ReadNoise() => noise.Read<NoiseMeasurement>(CheckpointFolder);

    /// <summary>Keeps weights and moments with the state. What was there before stays until the new is whole.</summary>
    public void WriteCheckpoint(TrainingState state, IEnumerable<KeyValuePair<string, torch.Tensor>> weights, IEnumerable<KeyValuePair<string, torch.Tensor>> moments) => Guarded(() =>
    {
        Fill(NewCheckpointFolder, folder => Put(folder, state, weights, moments));
        if (Directory.Exists(CheckpointFolder))
        {
            DeleteFolder(LastCheckpointFolder);
            Directory.Move(CheckpointFolder, LastCheckpointFolder);
        }

        Directory.Move(NewCheckpointFolder, CheckpointFolder);
        DeleteFolder(LastCheckpointFolder);
    });

    /// <summary>Keeps the end of the trunk for runs of other horizons, if it is not kept already.</summary>
    /// <param name="trunk">See <see cref="RunIdentity.OfTrunk"/>.</param>
    /// <param name="state">Where training stands.</param>
    /// <param name="weights">As they stand.</param>
    /// <param name="moments">Of the optimiser.</param>
    internal void KeepBranch(string trunk, TrainingState state, IEnumerable<KeyValuePair<string, torch.Tensor>> weights, IEnumerable<KeyValuePair<string, torch.Tensor>> moments) => Guarded(() =>
    {
        if (!HasBranch)
        {
            string beside = RunBranch.FolderIn(this) + ".new";
            Fill(beside, folder =>
            {
                Put(folder, state, weights, moments);
                RunBranch.Complete(folder, this, trunk, state);
            });
            Directory.Move(beside, RunBranch.FolderIn(this));
        }
    });

    /// <summary>Makes a branch of another run the checkpoint of this one, which has none.</summary>
    internal void StartFrom(RunBranch branch) => Guarded(() =>
    {
        branch.CopyTo(this); // before the checkpoint, which counts on them
        Fill(NewCheckpointFolder, folder =>
        {
            foreach (string name in new[] { Weights, Moments })
            {
                branch.Copy(name, Path.Combine(folder, name));
            }

            WholeFile.Write(Path.Combine(folder, StateFile), JsonSerializer.Serialize(branch.State with { SharedFlops = branch.State.Flops }, RecipeJson.Options));
        });
        Directory.Move(NewCheckpointFolder, CheckpointFolder);
    });

    /// <summary>
    /// The state to go on from, with the tensors of weights and moments (the caller owns them); null if training has
    /// to start from the beginning. Metrics written after the checkpoint are cut off, since they will be written again.
    /// </summary>
    public Checkpoint? ReadCheckpoint()
    {
        _ = (ReadMetrics(), ReadNoise()); // damaged lines are said now, not after the training
        if (!Directory.Exists(CheckpointFolder) && Directory.Exists(LastCheckpointFolder))
        {
            // Killed between the two renames: the new one is whole, since only then is the old one moved away.
            Guarded(() => Directory.Move(Directory.Exists(NewCheckpointFolder) ? NewCheckpointFolder : LastCheckpointFolder, CheckpointFolder));
        }

        var state = File.Exists(Path.Combine(CheckpointFolder, StateFile))
            ? Deserialize<TrainingState>(File.ReadAllText(Path.Combine(CheckpointFolder, StateFile)), Path.Combine(CheckpointFolder, StateFile))
            : null;
        Guarded(() =>
        {
            metrics.Restore(CheckpointFolder, state?.MetricsLength ?? 0);
            noise.Restore(CheckpointFolder, state?.NoiseLength ?? 0);
        });
        return state is null
            ? null
            : new Checkpoint(state, ReadTensors(Weights), ReadTensors(Moments));
    }

    /// <summary>Keeps the weights of the lowest validation loss.</summary>
    public void WriteBest(IEnumerable<KeyValuePair<string, torch.Tensor>> weights) => Guarded(() =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(BestWeightsPath)!);
        SafeTensors.Write(BestWeightsPath, weights);
    });

    /// <summary>Keeps the trained part of the weights of the lowest validation loss, until the whole model is written in its place.</summary>
    internal void WriteLowest(IEnumerable<KeyValuePair<string, torch.Tensor>> trained) => Guarded(() =>
    {
        Directory.CreateDirectory(BestFolder);
        SafeTensors.Write(LowestPath, trained);
    });

    /// <summary>What <see cref="WriteLowest"/> kept; the caller owns it.</summary>
    internal IReadOnlyDictionary<string, torch.Tensor> ReadLowest() => File.Exists(LowestPath)
        ? SafeTensors.Read(LowestPath)
        : throw new UserError($"{Root} has lost {Path.GetFileName(LowestPath)} of best/, the weights at its lowest validation loss; restore it, or delete the folder and train again.");

    /// <summary>Makes best/ a whole model.</summary>
    internal void WriteModel(Action<string> write) => Guarded(() =>
    {
        Directory.CreateDirectory(BestFolder);
        write(BestFolder);
    });

    /// <summary>Lets go of what <see cref="WriteLowest"/> kept: not before the result is there, for until then a run that is killed goes on from it.</summary>
    internal void DeleteLowest() => Guarded(() => File.Delete(LowestPath));

    private string LowestPath => Path.Combine(BestFolder, "lowest.safetensors");

    /// <summary>Writes result.json, which says that the run is done.</summary>
    public void WriteResult(RunResult result) => WriteResult<RunResult>(result);

    /// <summary>The same for the result of another kind of run.</summary>
    internal void WriteResult<T>(T result) => Guarded(() => WholeFile.Write(ResultPath, JsonSerializer.Serialize(result, RecipeJson.Options) + "\n"));

    /// <summary>The result, or null if the run is not done. The folder is where it lies now, wherever it was trained.</summary>
    public RunResult? ReadResult() => ReadResult<RunResult>() is { } result ? result with { RunFolder = Root } : null;

    /// <summary>The result of another kind of run, as it was written.</summary>
    internal T? ReadResult<T>()
        where T : class => File.Exists(ResultPath) ? Deserialize<T>(File.ReadAllText(ResultPath), ResultPath) : null;

    private void Put(string folder, TrainingState state, IEnumerable<KeyValuePair<string, torch.Tensor>> weights, IEnumerable<KeyValuePair<string, torch.Tensor>> moments)
    {
        SafeTensors.Write(Path.Combine(folder, Weights), weights);
        SafeTensors.Write(Path.Combine(folder, Moments), moments);
        WholeFile.Write(Path.Combine(folder, StateFile), JsonSerializer.Serialize(state with { MetricsLength = metrics.KeepIn(folder), NoiseLength = noise.KeepIn(folder) }, RecipeJson.Options));
    }

    /// <summary>Makes a folder anew, or none.</summary>
    private static void Fill(string folder, Action<string> write)
    {
        DeleteFolder(folder);
        try
        {
            Directory.CreateDirectory(folder);
            write(folder);
        }
        catch
        {
            DeleteFolder(folder); // a full disk needs the room
            throw;
        }
    }

    private void DeleteUnfinished()
    {
        foreach (string folder in new[] { Root, Path.GetDirectoryName(BestWeightsPath)! }.Where(Directory.Exists))
        {
            foreach (string file in Directory.EnumerateFiles(folder).Where(WholeFile.IsUnfinished))
            {
                File.Delete(file);
            }
        }
    }

    private static bool IsOurs(string name) => name is RunLease.FolderName or OldLockName || WholeFile.IsUnfinished(name) || name.StartsWith("tokens-", StringComparison.Ordinal);

    /// <summary>Writes into the folder, while this process may, with one sentence where it cannot be written.</summary>
    internal void Guarded(Action write)
    {
        if (lease is { IsLost: true })
        {
            throw new UserError($"Another process has taken over {Root}, since this one gave no sign of life for {RunLease.StaleAfter.TotalSeconds:F0} s; the run goes on there.");
        }

        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(e);
        }
    }

    private UserError CannotWrite(Exception e)
    {
        string why = e switch
        {
            UnauthorizedAccessException => "permission is denied",
            _ when WholeFile.IsDiskFull(e) => "the disk is full",
            _ when File.Exists(Root) => "there is a file of that name",
            FileNotFoundException or DirectoryNotFoundException => "no folder can be made there",
            _ => e.Message.TrimEnd('.'),
        };
        string remedy = WholeFile.IsDiskFull(e) ? "make room there or give another --out folder" : "give another --out folder";
        string kept = Directory.Exists(CheckpointFolder) ? " What was written before stays, and the same command goes on from the last checkpoint." : "";
        return new UserError($"The run folder {Root} cannot be written: {why}; {remedy}.{kept}", e);
    }

    private IReadOnlyDictionary<string, torch.Tensor> ReadTensors(string name)
    {
        string path = Path.Combine(CheckpointFolder, name);
        return File.Exists(path)
            ? SafeTensors.Read(path)
            : throw new UserError($"The checkpoint in {Root} lacks {name}; restore it, or delete the folder checkpoint there to train from the start.");
    }

    private static JsonObject Json(string path) => Deserialize<JsonObject>(File.ReadAllText(path), path);

    internal static T Deserialize<T>(string text, string place)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, RecipeJson.Options) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new UserError($"{place} is damaged: it is not the JSON that Sextant wrote there; restore it or train again into another folder.", e);
        }
    }

    private static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

/// <summary>What a checkpoint holds; the tensors belong to whoever read it.</summary>
public sealed record Checkpoint(
    TrainingState State,
    IReadOnlyDictionary<string, torch.Tensor> Weights,
    IReadOnlyDictionary<string, torch.Tensor> Moments) : IDisposable
{
    /// <summary>Puts the moments in their places.</summary>
    /// <param name="places">The optimiser's, and an average's, by name.</param>
    /// <param name="root">The run folder, for messages.</param>
    /// <exception cref="UserError">One is missing or of another shape.</exception>
    internal void CopyMoments(IEnumerable<KeyValuePair<string, torch.Tensor>> places, string root)
    {
        using var noGradient = torch.no_grad();
        foreach (var (name, values) in places)
        {
            if (!Moments.TryGetValue(name, out var kept) || !kept.shape.SequenceEqual(values.shape))
            {
                throw new UserError($"The checkpoint in {root} lacks the optimiser's {name}; delete the folder checkpoint there to train from the start.");
            }

            values.copy_(kept);
        }
    }

    public void Dispose()
    {
        foreach (var tensor in Weights.Values.Concat(Moments.Values))
        {
            tensor.Dispose();
        }
    }
}
