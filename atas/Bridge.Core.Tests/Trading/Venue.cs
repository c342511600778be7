using System;
using System.Collections.Generic;
using System.Linq;
using Tapewire.Bridge.Trading;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Tests.Trading;

internal enum OcoKind
{
    None,
    Server,

    /// <summary>The platform cancels the sibling when it hears of the fill; not while it is down.</summary>
    Local,
}

/// <summary>What a connector is like, and how rough a life is. Drawn from the seed.</summary>
internal sealed record Traits
{
    public bool HasReduceOnly { get; init; }
    public bool CanModify { get; init; } = true;
    public bool ListsFinished { get; init; }
    public bool ListsPending { get; init; }
    public bool CommentInTrades { get; init; } = true;
    public OcoKind Oco { get; init; }
    public int MessageMsMax { get; init; } = 300;

    /// <summary>Per cent.</summary>
    public int Slow { get; init; }

    public int Lost { get; init; }
    public int Repeated { get; init; }
    public int Refused { get; init; }
    public int Thrown { get; init; }
}

/// <summary>An order as the venue has it: the truth that the machine is judged by.</summary>
internal sealed class VenueOrder(OrderRequest request, string id)
{
    public OrderRequest Request { get; } = request;
    public string Id { get; } = id;
    public BrokerOrderState State { get; set; } = BrokerOrderState.Working;
    public decimal Quantity { get; set; } = request.Quantity;
    public decimal? Price { get; set; } = request.Price ?? request.TriggerPrice;
    public decimal Filled { get; set; }
    public bool IsTriggered { get; set; }
    public decimal Leaves => Quantity - Filled;

    public BrokerOrder Snapshot() => new()
    {
        Comment = Request.Comment, OrderId = Id, State = State, Quantity = Quantity, Filled = Filled, Price = Price,
    };
}

/// <summary>
/// A venue and the platform in front of it, in virtual time: prices walk in ticks of 1, messages take their time, come
/// twice, late or never, and what the platform lists is what has reached it.
/// </summary>
internal sealed class Venue(Random random, Traits traits)
{
    private readonly PriorityQueue<Action, (long AtMs, int Order)> _due = new();
    private readonly Dictionary<string, BrokerOrder> _platformOrders = [];
    private readonly Dictionary<string, int> _refusalsInRow = [];
    private readonly List<BracketEvent> _heard = [];
    private int _sequence;
    private int _ids;

    public long NowMs { get; private set; }
    public decimal Price { get; private set; } = 1_000;
    public List<VenueOrder> Orders { get; } = [];

    /// <summary>Of the account, signed.</summary>
    public decimal Position { get; private set; }

    public decimal PlatformPosition { get; private set; }

    /// <summary>What our orders opened and nobody closed, signed.</summary>
    public decimal Ours { get; private set; }

    /// <summary>What a person did and it was not the closing of ours.</summary>
    public decimal Manual => Position - Ours;

    public bool IsCalm { get; set; }

    /// <summary>Handlers are called while it is up.</summary>
    public bool IsUp { get; set; } = true;

    public List<BracketEvent> Step(int ms)
    {
        NowMs += ms;
        Price += random.Next(-3, 4);
        while (_due.TryPeek(out _, out var at) && at.AtMs <= NowMs) _due.Dequeue()();
        foreach (var order in Orders.Where(order => order.State == BrokerOrderState.Working).ToList()) Match(order);
        var heard = _heard.ToList();
        _heard.Clear();
        return heard;
    }

    public void Place(OrderRequest request)
    {
        var isThrown = Chance(traits.Thrown);
        var arrives = !isThrown || random.Next(2) == 0;
        if (isThrown) Later(random.Next(50, 400), () => Tell(new OutcomeUnknown(request.Comment, "the call threw")));
        if (!arrives) return;
        if (traits.ListsPending) _platformOrders[request.Comment] = new BrokerOrder { Comment = request.Comment, State = BrokerOrderState.Pending };
        Later(random.Next(5, 200), () => Arrive(request));
    }

    public void Cancel(string comment)
    {
        if (Chance(traits.Thrown))
        {
            Later(200, () => Tell(new OutcomeUnknown(comment, "the call threw")));
            if (random.Next(2) == 0) return;
        }
        Later(random.Next(5, 200), () =>
        {
            var order = Orders.Find(each => each.Request.Comment == comment);
            if (order is null || order.State != BrokerOrderState.Working || Chance(traits.Refused / 2))
                Later(Delay(), () => Tell(new CancelFailed(comment, "not now")));
            else End(order, BrokerOrderState.Cancelled);
        });
    }

    public void Modify(OrderModification modification)
    {
        if (Chance(traits.Thrown))
        {
            Later(200, () => Tell(new OutcomeUnknown(modification.Comment, "the call threw")));
            if (random.Next(2) == 0) return;
        }
        Later(random.Next(5, 200), () =>
        {
            var order = Orders.Find(each => each.Request.Comment == modification.Comment);
            if (order is null || order.State != BrokerOrderState.Working || modification.Quantity <= order.Filled || Chance(traits.Refused))
            {
                Later(Delay(), () => Tell(new ModifyFailed(modification.Comment, "not so")));
                return;
            }
            order.Quantity = modification.Quantity;
            order.Price = modification.Price ?? modification.TriggerPrice ?? order.Price;
            Publish(order);
        });
    }

    public OrdersListing List() => new()
    {
        Orders = [.. _platformOrders.Values.Where(order => traits.ListsFinished || order.State is BrokerOrderState.Working or BrokerOrderState.Pending)],
        Position = PlatformPosition,
        Complete = traits is { ListsFinished: true, ListsPending: true },
    };

    /// <summary>A person trades by hand, at once.</summary>
    public void Trade(decimal signed)
    {
        var closing = Ours != 0 && Math.Sign(signed) == -Math.Sign(Ours) ? signed : 0;
        // A person who is long on their own sells that first.
        var own = Manual != 0 && Math.Sign(Manual) == -Math.Sign(signed) ? Math.Min(Math.Abs(Manual), Math.Abs(signed)) * Math.Sign(signed) : 0;
        closing = closing == 0 ? 0 : Math.Sign(signed) * Math.Min(Math.Abs(Ours), Math.Abs(signed - own));
        Ours += closing;
        Position += signed;
        PublishPosition();
    }

    public void CancelByHand(VenueOrder order) => End(order, BrokerOrderState.Cancelled);

    private void Arrive(OrderRequest request)
    {
        var leg = request.Leg.ToString();
        var inRow = _refusalsInRow.GetValueOrDefault(leg);
        if (inRow < 2 && Chance(traits.Refused))
        {
            _refusalsInRow[leg] = inRow + 1;
            Later(Delay(), () =>
            {
                _platformOrders.Remove(request.Comment);
                if (traits.ListsFinished) _platformOrders[request.Comment] = new BrokerOrder { Comment = request.Comment, State = BrokerOrderState.Rejected };
                Tell(new RegisterFailed(request.Comment, "refused"));
            });
            return;
        }
        _refusalsInRow[leg] = 0;
        var order = new VenueOrder(request, $"v{++_ids}");
        Orders.Add(order);
        Publish(order);
        Match(order);
    }

    private void Match(VenueOrder order)
    {
        if (order.State != BrokerOrderState.Working) return;
        var isBuy = order.Request.Side == Side.Buy;
        if (order.Request.Kind == OrderKind.Stop && (isBuy ? Price >= order.Price : Price <= order.Price)) order.IsTriggered = true;
        var isMarketable = order.Request.Kind switch
        {
            OrderKind.Market => true,
            OrderKind.Stop => order.IsTriggered,
            _ => isBuy ? Price <= order.Price : Price >= order.Price,
        };
        if (!isMarketable) return;
        var most = order.Leaves;
        if (order.Request.ReduceOnly && traits.HasReduceOnly)
        {
            most = Math.Min(most, Math.Max(0, isBuy ? -Position : Position));
            if (most == 0)
            {
                End(order, BrokerOrderState.Cancelled);
                return;
            }
        }
        var part = random.Next(3) == 0 ? Math.Ceiling(most / 2) : most;
        order.Filled += part;
        Ours += isBuy ? part : -part;
        Position += isBuy ? part : -part;
        if (order.Leaves == 0) order.State = BrokerOrderState.Filled;
        var fill = new BrokerFill
        {
            FillId = $"f{++_ids}",
            OrderId = order.Id,
            Comment = traits.CommentInTrades ? order.Request.Comment : null,
            Quantity = part,
            Price = Price,
            Fee = part / 100,
            FeeAsset = "USDT",
            VenueTimeMs = NowMs,
        };
        Later(Delay(), () => Tell(new OrderFilled(fill)));
        Publish(order);
        PublishPosition();
        if (order.State == BrokerOrderState.Filled && traits.Oco == OcoKind.Server) CancelSiblings(order);
    }

    private void CancelSiblings(VenueOrder filled)
    {
        if (filled.Request.OcoGroup is not { } group) return;
        foreach (var sibling in Orders.Where(each => each != filled && each.Request.OcoGroup == group && each.State == BrokerOrderState.Working).ToList())
            End(sibling, BrokerOrderState.Cancelled);
    }

    private void End(VenueOrder order, BrokerOrderState state)
    {
        order.State = state;
        Publish(order);
    }

    private void Publish(VenueOrder order)
    {
        var snapshot = order.Snapshot();
        Later(Delay(), () =>
        {
            // The platform keeps the newest word.
            var known = _platformOrders.GetValueOrDefault(order.Request.Comment);
            var isOlder = known is { State: BrokerOrderState.Filled or BrokerOrderState.Cancelled } || known?.Filled > snapshot.Filled;
            if (!isOlder) _platformOrders[order.Request.Comment] = snapshot;
            if (snapshot.State == BrokerOrderState.Filled && traits.Oco == OcoKind.Local && IsUp) Later(50, () => CancelSiblings(order));
            Tell(new OrderChanged(snapshot));
        });
    }

    private void PublishPosition()
    {
        var (position, number) = (Position, ++_positionNumber);
        Later(Delay(), () =>
        {
            if (number < _platformPositionNumber) return;
            _platformPositionNumber = number;
            PlatformPosition = position;
            Tell(new PositionChanged(position));
        });
    }

    private int _positionNumber;
    private int _platformPositionNumber;

    private void Tell(BracketEvent happened)
    {
        if (!IsUp || Chance(traits.Lost)) return;
        _heard.Add(happened);
        if (Chance(traits.Repeated)) Later(random.Next(1, 3_000), () => { if (IsUp) _heard.Add(happened); });
    }

    private int Delay() => Chance(traits.Slow) ? random.Next(1_000, 3_500) : random.Next(1, traits.MessageMsMax);

    private bool Chance(int percent) => !IsCalm && random.Next(100) < percent;

    private void Later(int ms, Action action) => _due.Enqueue(action, (NowMs + ms, ++_sequence));
}
