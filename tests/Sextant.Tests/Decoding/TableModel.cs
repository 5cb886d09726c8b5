using Sextant.Data;
using Sextant.Models;
using Sextant.Tokenization;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Decoding;

/// <summary>
/// A model whose exact probabilities are given by a function of the source (without padding; empty for a decoder-only
/// model) and of all decoder tokens so far, those of the prompt included. It counts what its cache held.
/// </summary>
internal sealed class TableModel(int vocabularySize, bool hasEncoder, Func<int[], int[], double[]> probabilities, int maximumLength = int.MaxValue)
    : SequenceModel("table")
{
    public override ModelOptions Options { get; } = hasEncoder
        ? new ModelOptions.CourseEncoderDecoder { Hidden = 1, Layers = 1 }
        : new ModelOptions.CourseDecoder { Hidden = 1, Layers = 1 };

    public override int VocabularySize => vocabularySize;

    public override int MaximumLength => maximumLength;

    /// <summary>Examples and new positions of each call of <see cref="Next"/>.</summary>
    public List<(int Examples, int Positions)> Calls { get; } = [];

    /// <summary>Examples and source length of each call of <see cref="Begin"/>, and whether there was a mask.</summary>
    public List<(int Examples, int SourceLength, bool Masked)> Begun { get; } = [];

    public int LongestState { get; private set; }

    public bool WasEverTraining { get; private set; }

    public bool EverHadGradients { get; private set; }

    public int StatesAlive { get; private set; }

    public override DecodingState Begin(torch.Tensor? source, torch.Tensor? sourceMask)
    {
        Assert.Equal(hasEncoder, source is not null);
        Begun.Add(((int)(source?.shape[0] ?? 0), (int)(source?.shape[1] ?? 0), sourceMask is not null));
        int[][]? sources = source is null ? null : Rows(source, sourceMask);
        StatesAlive++;
        return new State(sources, () => StatesAlive--);
    }

    public override torch.Tensor Next(DecodingState state, torch.Tensor tokens)
    {
        WasEverTraining |= training;
        EverHadGradients |= torch.is_grad_enabled();
        var own = (State)state;
        own.Append(tokens);
        Assert.True(own.Length <= maximumLength, "The model was given more positions than it can take.");
        LongestState = Math.Max(LongestState, own.Length);
        Calls.Add(((int)tokens.shape[0], (int)tokens.shape[1]));
        int[][] rows = Rows(own.Tokens!, null);
        float[] logits = [.. rows.SelectMany((row, i) => probabilities(own.Sources?[i] ?? [], row)).Select(p => (float)Math.Log(p))];
        return torch.tensor(logits, rows.Length, vocabularySize);
    }

    public override torch.Tensor Logits(Batch batch) => throw new NotSupportedException();

    public override double ForwardFlops(BatchShape shape) => throw new NotSupportedException();

    public override IReadOnlyList<(string Layer, torch.Tensor Weights)> AttentionWeights(Batch batch) => throw new NotSupportedException();

    private static int[][] Rows(torch.Tensor tokens, torch.Tensor? mask)
    {
        int length = (int)tokens.shape[1];
        long[][] rows = [.. tokens.data<long>().ToArray().Chunk(length)];
        bool[][]? masks = mask is null ? null : [.. mask.data<bool>().ToArray().Chunk(length)];
        return [.. rows.Select((row, i) => row.Where((_, j) => masks is null || masks[i][j]).Select(id => (int)id).ToArray())];
    }

    private sealed class State(int[][]? sources, Action disposed) : DecodingState
    {
        public int[][]? Sources { get; private set; } = sources;

        public torch.Tensor? Tokens { get; private set; }

        public override int Examples => (int)(Tokens?.shape[0] ?? Sources?.Length ?? 0);

        public override int Length => (int)(Tokens?.shape[1] ?? 0);

        public void Append(torch.Tensor tokens) =>
            Replace(Tokens is null ? tokens.clone() : torch.cat([Tokens, tokens], 1));

        public override void Select(torch.Tensor examples)
        {
            Sources = Sources is null ? null : [.. examples.data<long>().ToArray().Select(i => Sources[i])];
            Replace(Tokens!.index_select(0, examples));
        }

        public override void Dispose()
        {
            Tokens?.Dispose();
            disposed();
        }

        private void Replace(torch.Tensor tokens)
        {
            Tokens?.Dispose();
            Tokens = tokens.DetachFromDisposeScope();
        }
    }
}

/// <summary>Ids 0, 1, ... are a, b, ...; the last three are special.</summary>
internal sealed class LetterTokenizer(int vocabularySize) : Tokenizer
{
    public override int VocabularySize => vocabularySize;

    public override TokenizedText Encode(string text) => new([.. text.Select(c => c - 'a')], []);

    public override string Decode(ReadOnlySpan<int> ids) => string.Concat(ids.ToArray().Where(id => id < StartOfSequence).Select(id => (char)('a' + id)));
}
