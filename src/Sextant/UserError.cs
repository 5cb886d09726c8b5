using System.Diagnostics.CodeAnalysis;

namespace Sextant;

/// <summary>Something the user can put right. The message is one sentence: what is wrong, where, and what to do.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "It is an error of the user's, not of the program.")]
public sealed class UserError : Exception
{
    public UserError()
    {
    }

    public UserError(string message)
        : base(message)
    {
    }

    public UserError(string message, Exception inner)
        : base(message, inner)
    {
    }
}
