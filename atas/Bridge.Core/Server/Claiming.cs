using System;
using System.Threading;
using System.Threading.Tasks;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Server;

internal abstract record ClaimResult
{
    /// <param name="ClaimMs">How long the answered attempt took.</param>
    internal sealed record Granted(Grant Grant, Deadline Deadline, double ClaimMs) : ClaimResult;

    internal sealed record Refused(Problem Problem) : ClaimResult;

    /// <summary>Nobody here knows whether it was granted, and asking again cannot tell any more.</summary>
    internal sealed record Unresolved : ClaimResult;
}

internal static class Claiming
{
    /// <summary>
    /// Asks for a signal until the server has said yes or no. A lost answer may have been a yes, so every attempt has the
    /// same key, and the server gives the same grant again with the time that is left then.
    ///
    /// The deadline runs from the moment the answered attempt was SENT: the server counted from a later one, when it got the
    /// claim, so this side is over first, however long the way there or back took, and no clocks are compared.
    /// </summary>
    /// <param name="mayAsk">false once the session is over: its claims can get no grant any more.</param>
    public static async Task<ClaimResult> Claim(
        ClaimIntent intent, ApiClient api, IClock clock, Notify notify, Func<bool> mayAsk, CancellationToken stop)
    {
        for (var attempts = 1; ; attempts += 1)
        {
            var sentAt = Moment.Of(clock);
            switch (await api.Claim(intent))
            {
                case Answer<Grant>.Ok(var grant):
                    var deadline = new Deadline(clock, sentAt, grant.ExecuteWithinMs ?? double.PositiveInfinity);
                    return new ClaimResult.Granted(grant, deadline, clock.MonotonicMs - sentAt.MonotonicMs);
                case Answer<Grant>.Refused(_, var problem):
                    // An earlier attempt may have been granted before the session went stale.
                    return attempts > 1 && problem.Code == "STALE_EPOCH"
                        ? new ClaimResult.Unresolved()
                        : new ClaimResult.Refused(problem);
                case Answer<Grant>.Unanswered(var why):
                    notify(NoticeName.ClaimUnanswered, why, intent.SignalId);
                    break;
            }
            await clock.Sleep(Backoff.Ms(attempts), stop);
            if (stop.IsCancellationRequested || !mayAsk()) return new ClaimResult.Unresolved();
        }
    }
}
