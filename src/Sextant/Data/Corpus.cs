using Sextant.Tokenization;
using TorchSharp;

namespace Sextant.Data;

/// <summary>What a model learns from, as the training loop sees it: batches of training and validation examples.</summary>
public abstract class Corpus : IDisposable
{
    private protected Corpus(Tokenizer tokenizer)
    {
        Tokenizer = tokenizer;
    }

    public Tokenizer Tokenizer { get; }

    /// <summary>
    /// Whether the validation loss is the mean over batches, as the course has it for buckets of equal lengths. Where batches
    /// are stretches of a text, a short last one would weigh as much as all others, so the mean is over tokens.
    /// </summary>
    public abstract bool IsLossByBatch { get; }

    /// <summary>Training batches; their order follows from the seed and the epoch alone.</summary>
    public abstract BatchSource TrainingBatches(BatchOptions options, PairLayout layout, ulong seed, torch.Device device);

    /// <summary>Validation batches, the same every epoch: buckets of equal lengths in chunks of <paramref name="size"/> examples.</summary>
    public abstract BatchSource ValidationBatches(int size, PairLayout layout, torch.Device device);

    /// <summary>Positions of the longest input among the test examples, which no batch source shows; 0 where there are none.</summary>
    public virtual int LongestTestInput(PairLayout layout) => 0;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
