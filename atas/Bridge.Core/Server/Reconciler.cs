using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Server;

/// <summary>
/// Ends doubt by facts: the orders at the venue that carry our id. Never by sending again, and never by guessing: what cannot
/// be found out stays in doubt, with a name, until somebody knows.
/// </summary>
internal sealed class Reconciler
{
    /// <summary>How often a venue is asked again about an order that it does not show.</summary>
    private const double AskAgainMs = 30_000;

    private readonly IOrderDesk _desk;
    private readonly IClock _clock;
    private readonly Ledger _ledger;
    private readonly Reporter _reporter;
    private readonly Notify _notify;
    private readonly CancellationToken _stop;
    private readonly InFlight _asking = new();
    private readonly HashSet<string> _inDoubt = [];

    public Reconciler(IOrderDesk desk, IClock clock, Ledger ledger, Reporter reporter, Notify notify, CancellationToken stop)
    {
        _desk = desk;
        _clock = clock;
        _ledger = ledger;
        _reporter = reporter;
        _notify = notify;
        _stop = stop;
    }

    /// <summary>Signals of which nobody here can say whether they were traded.</summary>
    public IReadOnlyCollection<string> InDoubt => _inDoubt;

    /// <summary>An order of ours may be at the venue: asks until the venue has said so or so.</summary>
    public Task Find(LedgerEntry entry) => _asking.Run(entry.SignalId, () => FindOwn(entry.SignalId, entry.Submission!));

    /// <summary>The server waits for news of this delivery. Nobody in this process is working on it.</summary>
    public async Task Settle(Delivery delivery)
    {
        if (_ledger.IsOver(delivery.SignalId)) return;
        var entry = _ledger.Entry(delivery.SignalId);
        if (entry is { IsDesks: true })
        {
            _desk.LookAgain();
            return;
        }
        // Anything else is on its way: the outbox has it.
        if (entry?.Outcome is not (null or ReportType.Submitted or ReportType.Partial)) return;
        if (entry?.Submission is { } known)
        {
            if (entry.Outcome is null)
            {
                await Find(entry);
                return;
            }
            await TellAll(entry.SignalId, (await Look(known.ClientOrderId)).Orders);
            return;
        }
        if (delivery is not { Fence: { } fence, Session: { } session, Epoch: { } epoch })
        {
            Doubt(delivery.SignalId, "the server does not say whose claim it was");
            return;
        }
        var leg = delivery.Intent == Intent.Close ? Leg.Close : Leg.Entry;
        var origin = new Origin(delivery.Id, fence, session, epoch, leg);
        // Of our own claims it is written down before an order leaves, and this one never was. Of the claim of another executor
        // that wanted the same signal our disk knows nothing.
        if (entry?.Intent is { } intent && intent.Session == session && intent.Epoch == epoch)
        {
            await _reporter.TellNotDone(entry.SignalId, origin, ReportType.NotSent, NotDone.NeverSubmitted);
            return;
        }
        if (delivery.ClientOrderId is not { } clientOrderId)
        {
            Doubt(delivery.SignalId, "the server does not name its order");
            return;
        }
        // Somebody else's, on another disk. That it is not there now says nothing about whether they will still send it.
        var (orders, _) = await Look(clientOrderId);
        if (orders.Count == 0)
        {
            Doubt(delivery.SignalId, $"{clientOrderId} is not at the venue, and was not sent from here");
            return;
        }
        var submission = new Submission(delivery.Id, fence, session, epoch, clientOrderId, leg);
        await _ledger.Write(new LedgerRecord.Submitting(delivery.SignalId, submission));
        await TellAll(delivery.SignalId, orders);
    }

    private async Task FindOwn(string signalId, Submission submission)
    {
        for (var looks = 1; !_stop.IsCancellationRequested; looks += 1)
        {
            var (orders, isComplete) = await Look(submission.ClientOrderId);
            if (orders.Count > 0)
            {
                await TellAll(signalId, orders);
                return;
            }
            // Heard of by another way meanwhile.
            if (_ledger.Entry(signalId)?.Outcome is not null || _ledger.IsOver(signalId))
            {
                _inDoubt.Remove(signalId);
                return;
            }
            if (isComplete)
            {
                _inDoubt.Remove(signalId);
                await _reporter.TellNotDone(
                    signalId, submission.Origin, ReportType.NotSent, NotDone.NotAtVenue, submission.ClientOrderId);
                return;
            }
            Doubt(signalId, $"{submission.ClientOrderId} is not listed, and the listing is not complete");
            await _clock.Sleep(looks < 6 ? Backoff.Ms(looks) : AskAgainMs, _stop);
        }
    }

    private async Task<FoundOrders> Look(string clientOrderId)
    {
        try
        {
            return await _desk.FindOrders(clientOrderId);
        }
        // Whatever the platform throws: nothing was learnt.
        catch (Exception error)
        {
            _notify(NoticeName.InDoubt, $"the venue could not be asked for {clientOrderId}: {error.Message}");
            return new FoundOrders([], IsComplete: false);
        }
    }

    private async Task TellAll(string signalId, IReadOnlyList<OrderFact> orders)
    {
        _inDoubt.Remove(signalId);
        foreach (var fact in orders)
        {
            _notify(NoticeName.Reconciled, $"{fact.ClientOrderId} is {fact.Status} at the venue", signalId);
            await _reporter.Tell(fact);
        }
    }

    private void Doubt(string signalId, string detail)
    {
        if (_inDoubt.Add(signalId)) _notify(NoticeName.InDoubt, detail, signalId);
    }
}
