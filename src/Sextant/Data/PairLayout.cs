namespace Sextant.Data;

/// <summary>How a pair is laid out for a model.</summary>
public enum PairLayout
{
    /// <summary>Encoder input: source, end. Decoder input: start, target; expected: target, end.</summary>
    EncoderDecoder,

    /// <summary>Input: start, source, end of prompt, target; target and end are expected from the end of prompt on.</summary>
    DecoderOnly,
}
