using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Tapewire.Bridge.Server;
using Tapewire.Bridge.Trading;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Desk;

/// <summary>
/// Trades grants as brackets: hands everything that happens to the <see cref="BracketBook"/>, and carries out what the book
/// wants, in its order: on disk first, then at the broker. Lives on the lane.
/// </summary>
internal sealed class BracketDesk : IOrderDesk
{
    private readonly BracketBook _book;
    private readonly IBroker _broker;
    private readonly LaterClock _clock;
    private readonly Func<Signal, Planned> _plan;
    private readonly Action<Alarm> _alarm;
    private readonly Action<Exception> _failed;
    private readonly CancellationToken _stop;
    private readonly Queue<IReadOnlyList<BracketEffect>> _waiting = new();

    /// <summary>Orders of grants that are on disk, or on their way there, and wait for the last look.</summary>
    private readonly Dictionary<string, IReadOnlyList<BracketEffect>> _held = [];

    private IDeskHost? _host;
    private bool _isCarrying;

    /// <param name="plan">What a grant would be traded as at this moment.</param>
    /// <param name="failed">A mistake of ours came up while an effect was carried out.</param>
    public BracketDesk(
        BracketBook book, IBroker broker, LaterClock clock, Func<Signal, Planned> plan, Action<Alarm> alarm, Action<Exception> failed,
        CancellationToken stop)
    {
        _book = book;
        _broker = broker;
        _clock = clock;
        _plan = plan;
        _alarm = alarm;
        _failed = failed;
        _stop = stop;
    }

    public void Attach(IDeskHost host)
    {
        _host = host;
        _book.Restore(host.Brackets, _clock.NowMs);
        LookAgain();
    }

    /// <summary>Something happened at the broker.</summary>
    public void Hear(BracketEvent happened)
    {
        // Before the memory is there nothing can be told apart; the listing that follows has it all.
        if (_host is not null) Carry(_book.Apply(happened, _clock.NowMs));
    }

    /// <summary>Time passes, to be told a few times a second.</summary>
    public void Tick()
    {
        if (_book.IsBusy) Hear(new TimePassed());
    }

    public DeskOpening Open(SignalOrder order)
    {
        // A CLOSE is planned when it leaves: until then nothing of it is to be taken back.
        if (order.Signal.Intent == Intent.Close) return new DeskOpening(Refusal: null, new DeskTurn([], []));
        var planned = _plan(order.Signal);
        if (planned.Plan is not { } plan) return new DeskOpening(planned.Refusal!.Name, Turn: null);
        var nowMs = _clock.NowMs;
        var grant = new GrantAccepted(
            OriginOf(order.Submission), order.Signal.Id, plan, nowMs + (long)order.LeftMs, _broker.Connector);
        var effects = _book.Open(grant, nowMs);
        _held[order.ClientOrderId] = [.. effects.Where(effect => effect is not (Remember or Report))];
        return new DeskOpening(Refusal: null, TurnOf(effects));
    }

    public Task<OrderFact?> Submit(SignalOrder order)
    {
        if (order.Signal is { Intent: Intent.Close, Closes: var closes })
            Carry(_book.Close(closes ?? "", OriginOf(order.Submission), _clock.NowMs));
        else if (_held.Remove(order.ClientOrderId, out var effects))
            Send(effects);
        return Task.FromResult<OrderFact?>(null);
    }

    public bool Withhold(SignalOrder order, string reason)
    {
        if (!_held.Remove(order.ClientOrderId)) return false;
        Carry(_book.Apply(order.Signal.Id, new EntryWithheld(reason), _clock.NowMs));
        return true;
    }

    public async Task<OrderFact?> CancelEntry(string clientOrderId)
    {
        var bracket = _book.Brackets.FirstOrDefault(each => each.State.Origin.ClientOrderId == clientOrderId);
        if (bracket is not null) Carry(_book.Apply(bracket.State.SignalId, new EntryWithdrawn("withdrawn"), _clock.NowMs));
        else await _broker.CancelAsync(clientOrderId, _stop);
        return null;
    }

    public Task<FoundOrders> FindOrders(string clientOrderId)
    {
        var listing = _broker.ListOrders();
        var orders = listing.Orders.Where(order => order.Comment == clientOrderId
            || order.Comment?.StartsWith($"{clientOrderId}-", StringComparison.Ordinal) == true);
        return Task.FromResult(new FoundOrders([.. orders.Select(FactOf)], listing.Complete));
    }

    public void Amend(Signal signal)
    {
        if (signal.Version is not { } version) return;
        var amended = new SignalAmended(version, signal.StopLoss, signal.Tp1, signal.TakeProfit, signal.Tp3);
        Carry(_book.Apply(signal.Id, amended, _clock.NowMs));
    }

    public void LookAgain() => Hear(new OrdersListed(_broker.ListOrders()));

    private void Carry(IReadOnlyList<BracketEffect> effects)
    {
        if (effects.Count == 0) return;
        _waiting.Enqueue(effects);
        if (!_isCarrying) _ = CarryAll();
    }

    /// <summary>One after the other: what the book wanted later may rest on what it wanted before.</summary>
    private async Task CarryAll()
    {
        _isCarrying = true;
        try
        {
            while (_waiting.TryDequeue(out var effects))
            {
                var turn = TurnOf(effects);
                if (turn.Brackets.Count > 0 || turn.Reports.Count > 0) await _host!.Keep(turn);
                Send(effects);
            }
        }
        catch (Exception error)
        {
            _failed(error);
        }
        finally
        {
            _isCarrying = false;
        }
        // One that failed must not hold up the others.
        if (_waiting.Count > 0) _ = CarryAll();
    }

    private void Send(IReadOnlyList<BracketEffect> effects)
    {
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case PlaceOrder(var request):
                    _ = Call(request.Comment, () => _broker.PlaceAsync(request, _stop));
                    break;
                case ModifyOrder(var modification):
                    _ = Call(modification.Comment, () => _broker.ModifyAsync(modification, _stop));
                    break;
                case CancelOrder(var comment):
                    _ = Call(comment, () => _broker.CancelAsync(comment, _stop));
                    break;
                case QueryOrders:
                    LookAgain();
                    break;
                case Alarm alarm:
                    _alarm(alarm);
                    break;
            }
        }
    }

    /// <summary>Not waited for: a broker that does not answer must not hold up the stop of another order.</summary>
    private async Task Call(string comment, Func<Task> call)
    {
        try
        {
            await call();
        }
        // Whatever the platform throws says nothing about whether the order arrived.
        catch (Exception error)
        {
            Hear(new OutcomeUnknown(comment, error.Message));
        }
    }

    private static DeskTurn TurnOf(IReadOnlyList<BracketEffect> effects) => new(
        [.. effects.OfType<Remember>().Select(remember => remember.State)],
        [.. effects.OfType<Report>().Select(report => new QueuedReport(report.DeliveryId, ReportFitting.Fit(report.Body)))]);

    private static GrantOrigin OriginOf(Submission submission) => new()
    {
        DeliveryId = submission.Delivery,
        Session = submission.Session,
        Epoch = submission.Epoch,
        Fence = submission.Fence,
        ClientOrderId = submission.ClientOrderId,
    };

    private static OrderFact FactOf(BrokerOrder order) => new()
    {
        ClientOrderId = order.Comment!,
        Status = order.State switch
        {
            BrokerOrderState.Filled => ReportType.Filled,
            BrokerOrderState.Cancelled => ReportType.Cancelled,
            BrokerOrderState.Rejected => ReportType.Rejected,
            _ => order.Filled > 0 ? ReportType.Partial : ReportType.Submitted,
        },
        Leg = LegOf(order.Comment!),
        OrderId = order.OrderId,
        Qty = order.Quantity,
        CumQty = order.Filled,
        Reason = order.Reason,
    };

    /// <summary>By its suffix, behind which a repetition has a number: <c>tw-…-S.2</c>. Null: the signal's own order.</summary>
    private static Leg? LegOf(string comment) => comment.Split('-').ElementAtOrDefault(2)?.Split('.')[0] switch
    {
        "S" => Leg.Stop,
        "1" => Leg.Tp1,
        "2" => Leg.Tp2,
        "3" => Leg.Tp3,
        "C" => Leg.Close,
        _ => null,
    };
}
