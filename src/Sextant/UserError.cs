namespace Sextant;

/// <summary>
/// Something the user can mend: the message is one sentence that says what is wrong, where, and what to do.
/// The command line prints it without a stack trace.
/// </summary>
public class UserError : Exception
{
    public UserError(string message)
        : base(message)
    {
    }

    public UserError(string message, Exception inner)
        : base(message, inner)
    {
    }

    public UserError()
    {
    }
}
