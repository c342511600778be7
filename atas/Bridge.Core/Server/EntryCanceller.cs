using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Tapewire.Bridge.Server;

/// <summary>
/// Takes resting entries off the venue, and nothing else: protective orders stay, because a position without a stop is the one
/// thing worse than a position nobody looks after.
/// </summary>
internal sealed class EntryCanceller
{
    /// <summary>Tries per order. A venue that refuses so often is a matter for a person.</summary>
    private const int Tries = 8;

    private readonly IOrderDesk _desk;
    private readonly IClock _clock;
    private readonly Ledger _ledger;
    private readonly Reporter _reporter;
    private readonly Notify _notify;
    private readonly CancellationToken _stop;
    private readonly InFlight _cancelling = new();

    public EntryCanceller(
        IOrderDesk desk, IClock clock, Ledger ledger, Reporter reporter, Notify notify, CancellationToken stop)
    {
        _desk = desk;
        _clock = clock;
        _ledger = ledger;
        _reporter = reporter;
        _notify = notify;
        _stop = stop;
    }

    public Task CancelAll() => Task.WhenAll(_ledger.RestingEntries.Select(entry => Cancel(entry.SignalId)));

    /// <summary>Does nothing when there is no entry order of that signal, or it rests no more.</summary>
    public Task Cancel(string signalId) => _cancelling.Run(signalId, () => CancelNow(signalId));

    private async Task CancelNow(string signalId)
    {
        for (var tries = 1; tries <= Tries && !_stop.IsCancellationRequested; tries += 1)
        {
            if (_ledger.Entry(signalId) is not { IsResting: true, Submission.ClientOrderId: var clientOrderId }) return;
            OrderFact? fact;
            try
            {
                fact = await _desk.CancelEntry(clientOrderId);
            }
            // The desk is the platform's code and may throw anything; all of it means that the order may still rest.
            catch (Exception error)
            {
                _notify(NoticeName.CancelFailed, $"{clientOrderId}: {error.Message}", signalId);
                await _clock.Sleep(Backoff.Ms(tries), _stop);
                continue;
            }
            if (fact is not null) await _reporter.Tell(fact);
            return;
        }
    }
}
