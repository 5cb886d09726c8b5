namespace Sextant.Data;

/// <summary>Cells an example takes in a batch's two tensors; the source's is 0 where there is one tensor.</summary>
internal readonly record struct Lengths(int Source, int Target)
{
    public long Sum => (long)Source + Target;

    public Lengths Cover(Lengths other) => new(Math.Max(Source, other.Source), Math.Max(Target, other.Target));
}
