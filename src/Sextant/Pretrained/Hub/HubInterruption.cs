namespace Sextant.Pretrained.Hub;

/// <summary>A request that failed for now and may succeed when it is made again: a connection that broke, a silence, a busy endpoint.</summary>
/// <param name="what">Half a sentence: who did what.</param>
/// <param name="wait">How long the endpoint asks to wait.</param>
/// <param name="inner">What told of it.</param>
internal sealed class HubInterruption(string what, TimeSpan? wait = null, Exception? inner = null) : Exception(what, inner)
{
    public TimeSpan? Wait => wait;
}

/// <summary>Counts failures in a row and waits ever longer between them.</summary>
internal sealed class Patience(HubSettings settings, int tries, Action<string>? notice)
{
    private int failures;

    /// <summary>Something was gained: what comes next is a first failure again.</summary>
    public void Reset() => failures = 0;

    /// <summary>Waits until it is worth trying again.</summary>
    /// <exception cref="HubInterruption">There were enough tries, or the endpoint asks for too long a wait.</exception>
    public async Task Wait(HubInterruption failure, CancellationToken stop)
    {
        failures++;
        var own = settings.FirstWait * Math.Pow(2, failures - 1);
        var wait = failure.Wait is { } asked && asked > own ? asked : own;
        if (failures >= tries)
        {
            throw new HubInterruption($"{failure.Message}{(failures > 1 ? $", {failures} times in a row" : "")}", failure.Wait, failure);
        }

        if (wait > settings.LongestWait)
        {
            throw new HubInterruption(FormattableString.Invariant($"{failure.Message} and asks to wait {wait.TotalMinutes:0} minutes"), failure.Wait, failure);
        }

        notice?.Invoke(FormattableString.Invariant($"{failure.Message}; trying again in {wait.TotalSeconds:0.#} s."));
        await Task.Delay(wait, stop);
    }
}
