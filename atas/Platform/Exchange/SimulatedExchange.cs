using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;

namespace Tapewire.Platform;

/// <summary>
/// The exchange behind the broker: orders, positions and money that live on when a platform dies. Filled by the prices of a market
/// it reads itself: market orders at the opposite quote, limit orders when traded through, stops when a trade or quote reaches
/// them, at the quote of that moment, which after a gap is worse than the stop.
/// </summary>
public sealed class SimulatedExchange
{
    private readonly Lock _gate = new();
    private readonly PlatformTime _time;
    private readonly Chance _chance;
    private readonly Dictionary<string, Instrument> _instruments;
    private readonly Dictionary<string, MarketState> _markets = [];
    private readonly Dictionary<string, AccountBook> _accounts = [];
    private readonly Dictionary<string, WorkingOrder> _orders = [];
    private readonly HashSet<string> _working = [];
    private readonly Dictionary<(string Account, string Group), bool> _groups = [];
    private readonly List<Client> _clients = [];
    private readonly Ledger _ledger = new();
    private long _orderNumber = 8_389_765_000;
    private long _tradeNumber;

    public SimulatedExchange(PlatformTime time, IEnumerable<Instrument> instruments, ulong seed, ExchangeSettings? settings = null)
    {
        _time = time;
        _chance = new Chance(seed);
        _instruments = instruments.ToDictionary(instrument => instrument.Symbol);
        Settings = settings ?? new ExchangeSettings();
    }

    /// <summary>May be changed at any time: connections are as they are.</summary>
    public ExchangeSettings Settings { get; set; }

    public IReadOnlyList<LedgerLine> Lines
    {
        get { lock (_gate) return _ledger.Lines; }
    }

    /// <summary>A connection of a client. What it asks arrives after half of the round trip, also when it is gone by then.</summary>
    public IExchangeLink Connect() => new Client(this);

    public PositionView PositionOf(string account, string symbol)
    {
        lock (_gate) return AccountOf(account).Of(symbol);
    }

    public IReadOnlyList<OrderView> WorkingOrders(string account)
    {
        lock (_gate) return [.. _working.Select(id => _orders[id].View).Where(order => order.Account == account)];
    }

    public void Quote(string symbol, decimal bid, decimal ask)
    {
        lock (_gate)
        {
            var market = MarketOf(symbol);
            (market.Bid, market.Ask) = (bid, ask);
            Match(symbol, market, Cause.Quote);
        }
    }

    public void Trade(string symbol, decimal price)
    {
        lock (_gate)
        {
            var market = MarketOf(symbol);
            market.Last = price;
            Match(symbol, market, Cause.Trade);
        }
    }

    private void Arrive(Client client, ExchangeCommand command)
    {
        lock (_gate)
        {
            switch (command)
            {
                case Login login:
                    client.Account = login.Account;
                    var account = AccountOf(login.Account);
                    client.Tell(new AccountSnapshot(WorkingOrders(login.Account), account.Positions, account.Balance));
                    break;
                case Place place:
                    Accept(place);
                    break;
                case Cancel cancel:
                    Withdraw(client, cancel);
                    break;
                case Modify modify:
                    Change(client, modify);
                    break;
            }
        }
    }

    private void Accept(Place place)
    {
        var view = new OrderView
        {
            OrderId = (++_orderNumber).ToString(CultureInfo.InvariantCulture),
            Account = place.Account,
            Symbol = place.Symbol,
            Side = place.Side,
            Type = place.Type,
            Price = place.Price,
            TriggerPrice = place.TriggerPrice,
            Quantity = place.Quantity,
            ReduceOnly = place.ReduceOnly && Settings.ReduceOnly,
            OcoGroup = place.OcoGroup is { } group && LinksItself(place.Account, group) ? group : null,
            Comment = place.Comment,
            State = ExchangeOrderState.Working,
            Time = _time.Now,
            SentTime = place.SentTime,
        };
        if (ObjectionTo(view) is { } objection)
        {
            Write(view with { State = ExchangeOrderState.Rejected, Reason = objection }, place.RequestId);
            return;
        }
        var inParts = _chance.Happens(Settings.PartialShare);
        var order = new WorkingOrder(view)
        {
            ImmediateOrCancel = place.ImmediateOrCancel,
            PartsLeft = inParts ? _chance.Whole(2, 4) : 1,
            LosesRest = inParts && _chance.Happens(Settings.RestLostShare),
        };
        _orders[view.OrderId] = order;
        _working.Add(view.OrderId);
        Write(view, place.RequestId);
        Match(order, MarketOf(view.Symbol), Cause.Arrival);
        if (order is { ImmediateOrCancel: true, IsWorking: true, PartPending: false }) End(order, "nobody to trade with");
    }

    private string? ObjectionTo(OrderView order)
    {
        if (!_instruments.TryGetValue(order.Symbol, out var instrument)) return $"{order.Symbol} is not traded here";
        if (instrument.ObjectionTo(order.Quantity) is { } objection) return objection;
        if (order.Type is ExchangeOrderType.Limit or ExchangeOrderType.StopLimit && order.Price <= 0) return "a limit needs a price";
        if (order.Type is ExchangeOrderType.Stop or ExchangeOrderType.StopLimit && order.TriggerPrice <= 0) return "a stop needs a trigger price";
        if (order.Price % instrument.TickSize != 0 || order.TriggerPrice % instrument.TickSize != 0) return "the price is not on a tick";
        if (order.ReduceOnly && Reducible(order) == 0) return "ReduceOnly Order is rejected";
        if (Settings.RefusesReachedStops && Matching.Reaches(order, MarketOf(order.Symbol))) return "Order would immediately trigger.";
        return _chance.Happens(Settings.RejectShare) ? "rejected by the broker" : null;
    }

    /// <summary>The same for all members of a group.</summary>
    private bool LinksItself(string account, string group)
    {
        if (!_groups.TryGetValue((account, group), out var links))
        {
            _groups[(account, group)] = links = _chance.Happens(Settings.ServerOcoShare);
        }
        return links;
    }

    private void Withdraw(Client client, Cancel cancel)
    {
        if (!_orders.TryGetValue(cancel.OrderId, out var order) || !order.IsWorking)
        {
            client.Tell(new OrderRefused(cancel.OrderId, cancel.RequestId, "Unknown order sent."));
        }
        else if (_chance.Happens(Settings.CancelRejectShare))
        {
            client.Tell(new OrderRefused(cancel.OrderId, cancel.RequestId, "the broker did not take the cancel"));
        }
        else
        {
            End(order, "cancelled", cancel.RequestId);
        }
    }

    private void Change(Client client, Modify modify)
    {
        var refusal = !_orders.TryGetValue(modify.OrderId, out var order) || !order.IsWorking ? "Unknown order sent."
            : modify.Quantity <= order.View.Filled ? "less than is filled already"
            : _instruments[order.View.Symbol].ObjectionTo(modify.Quantity) ??
              (_chance.Happens(Settings.ModifyRejectShare) ? "the broker did not take the change" : null);
        if (refusal is not null)
        {
            client.Tell(new OrderRefused(modify.OrderId, modify.RequestId, refusal));
            return;
        }
        order!.View = order.View with { Price = modify.Price, TriggerPrice = modify.TriggerPrice, Quantity = modify.Quantity };
        Write(order.View, modify.RequestId);
        Match(order, MarketOf(order.View.Symbol), Cause.Arrival);
    }

    private void Match(string symbol, MarketState market, Cause cause)
    {
        foreach (var id in _working.ToArray())
        {
            var order = _orders[id];
            if (order.View.Symbol == symbol && order.IsWorking) Match(order, market, cause);
        }
    }

    private void Match(WorkingOrder order, MarketState market, Cause cause)
    {
        if (!order.IsWorking || order.PartPending) return;
        order.Triggered |= Matching.Reaches(order.View, market);
        if (Matching.PriceOf(order, market, cause) is { } match) Fill(order, match.Price, match.IsTaker);
    }

    private void Fill(WorkingOrder order, decimal price, bool isTaker)
    {
        var instrument = _instruments[order.View.Symbol];
        var unfilled = order.View.Unfilled;
        if (order.View.ReduceOnly)
        {
            // The position may have become smaller since the order was accepted.
            unfilled = Math.Min(unfilled, Reducible(order.View));
            if (unfilled == 0)
            {
                End(order, "nothing left to reduce");
                return;
            }
        }
        var part = order.PartsLeft > 1 ? instrument.Floor(unfilled / order.PartsLeft) : unfilled;
        if (part < (instrument.LotMinSize ?? 0) || part == 0) part = unfilled;
        order.PartsLeft = part == unfilled ? 1 : order.PartsLeft - 1;
        Book(order, instrument, price, part, isTaker);
        if (!order.IsWorking) return;
        if (order.View.ReduceOnly && Reducible(order.View) == 0) End(order, "nothing left to reduce");
        else if (order.LosesRest && order.PartsLeft == 1) End(order, "nobody to trade with");
        else Later(order);
    }

    private void Book(WorkingOrder order, Instrument instrument, decimal price, decimal quantity, bool isTaker)
    {
        var filled = order.View.Filled + quantity;
        var fill = new FillView
        {
            TradeId = (++_tradeNumber).ToString(CultureInfo.InvariantCulture),
            OrderId = order.View.OrderId,
            Account = order.View.Account,
            Symbol = order.View.Symbol,
            Side = order.View.Side,
            Price = price,
            Quantity = quantity,
            Fee = price * quantity * instrument.Multiplier * (isTaker ? Settings.TakerFeeBps : Settings.MakerFeeBps) / 10_000m,
            FeeAsset = instrument.QuoteCurrency,
            Comment = order.View.Comment,
            Time = _time.Now,
        };
        var account = AccountOf(order.View.Account);
        var position = account.Apply(instrument, fill);
        var state = filled == order.View.Quantity ? ExchangeOrderState.Filled : ExchangeOrderState.Working;
        order.View = order.View with { Filled = filled, State = state };
        _ledger.Write(_time.Now, fill);
        Tell(fill.Account, new Filled(fill));
        Write(order.View, 0);
        Tell(fill.Account, new PositionChanged(position));
        Tell(fill.Account, new BalanceChanged(account.Balance));
        if (state == ExchangeOrderState.Filled && order.View.OcoGroup is not null) EndSiblings(order);
    }

    /// <summary>The next part comes a moment later, at the prices of that moment.</summary>
    private void Later(WorkingOrder order)
    {
        order.PartPending = true;
        _time.After(TimeSpan.FromMilliseconds(Settings.PartEveryMs), () =>
        {
            lock (_gate)
            {
                order.PartPending = false;
                Match(order, MarketOf(order.View.Symbol), Cause.Quote);
            }
        });
    }

    private void EndSiblings(WorkingOrder filled)
    {
        foreach (var id in _working.ToArray())
        {
            var sibling = _orders[id];
            if (sibling.View.OcoGroup == filled.View.OcoGroup && sibling.View.Account == filled.View.Account && sibling != filled)
            {
                End(sibling, "its sibling was filled");
            }
        }
    }

    private void End(WorkingOrder order, string reason, long requestId = 0)
    {
        order.View = order.View with { State = ExchangeOrderState.Cancelled, Reason = reason };
        Write(order.View, requestId);
    }

    private decimal Reducible(OrderView order)
    {
        var held = AccountOf(order.Account).Of(order.Symbol).Quantity;
        return order.Side == Side.Sell ? Math.Max(held, 0) : Math.Max(-held, 0);
    }

    private void Write(OrderView order, long requestId)
    {
        if (order.State != ExchangeOrderState.Working) _working.Remove(order.OrderId);
        _ledger.Write(_time.Now, order);
        Tell(order.Account, new OrderChanged(order, requestId));
    }

    private void Tell(string account, ExchangeEvent told)
    {
        foreach (var client in _clients) if (client.Account == account) client.Tell(told);
    }

    private MarketState MarketOf(string symbol)
    {
        if (!_markets.TryGetValue(symbol, out var market)) _markets[symbol] = market = new MarketState();
        return market;
    }

    private AccountBook AccountOf(string account)
    {
        if (!_accounts.TryGetValue(account, out var book)) _accounts[account] = book = new AccountBook(account, Settings.Balance);
        return book;
    }

    private TimeSpan OneWay()
    {
        var roundTripMs = _chance.Happens(Settings.SlowShare) ? Settings.SlowMs : Settings.RoundTripMs;
        return TimeSpan.FromMilliseconds((roundTripMs + _chance.Uniform() * Settings.JitterMs) / 2);
    }

    private sealed class Client : IExchangeLink
    {
        private readonly SimulatedExchange _exchange;
        private DateTime _arrives;
        private DateTime _told;
        private volatile bool _open = true;

        public Client(SimulatedExchange exchange)
        {
            _exchange = exchange;
            lock (exchange._gate) exchange._clients.Add(this);
        }

        public event Action<ExchangeEvent>? Received;

        public string? Account { get; set; }

        public void Send(ExchangeCommand command)
        {
            // One connection: nothing overtakes what was sent before it.
            var now = _exchange._time.Now + _exchange.OneWay();
            _arrives = now > _arrives ? now : _arrives;
            _exchange._time.At(_arrives, () => _exchange.Arrive(this, command));
        }

        public void Tell(ExchangeEvent told)
        {
            var now = _exchange._time.Now + _exchange.OneWay();
            _told = now > _told ? now : _told;
            _exchange._time.At(_told, () =>
            {
                if (_open) Received?.Invoke(told);
            });
        }

        public void Dispose()
        {
            _open = false;
            lock (_exchange._gate) _exchange._clients.Remove(this);
        }
    }
}
