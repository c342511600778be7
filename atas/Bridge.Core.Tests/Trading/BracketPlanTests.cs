using System;
using System.Linq;
using Tapewire.Bridge.Trading;
using Tapewire.Bridge.Wire;
using Xunit;

namespace Tapewire.Bridge.Tests.Trading;

public sealed class BracketPlanTests
{
    private static readonly PlanSettings Settings = new() { Sizing = new SizingSettings { Value = 2 } };

    [Fact]
    public void Prices_lie_on_ticks_towards_the_entry_and_the_size_follows_from_them()
    {
        var coarse = Sample.Instrument with { TickSize = 5, TickCost = 5 };
        var plan = Planned(Sample.Signal, coarse, Settings with { TargetShares = PlanSettings.Ladder });
        Assert.Equal(3485, plan.StopPrice);
        Assert.Equal([3525, 3540, 3560], plan.Targets.Select(target => target.Price));
        Assert.Equal([Leg.Tp1, Leg.Tp2, Leg.Tp3], plan.Targets.Select(target => target.Leg));
        Assert.Equal(0, plan.Quantity % 0.001m);

        var sell = Sample.Signal with { Direction = Side.Sell, StopLoss = 3517.5m, TakeProfit = 3458, Tp1 = null, Tp3 = null };
        var sold = Planned(sell, coarse, Settings);
        Assert.Equal((3515m, 3460m), (sold.StopPrice, sold.Targets.Single().Price));
    }

    [Fact]
    public void The_default_is_one_target_and_targets_at_one_price_are_one()
    {
        Assert.Equal(Leg.Tp2, Planned(Sample.Signal, Sample.Instrument, Settings).Targets.Single().Leg);
        var same = Sample.Signal with { Tp1 = null, Tp3 = null };
        var target = Planned(same, Sample.Instrument, Settings with { TargetShares = PlanSettings.Ladder }).Targets.Single();
        Assert.Equal((3542m, 1m), (target.Price, target.Share));
    }

    [Fact]
    public void A_limit_entry_pays_at_most_the_slippage_and_never_a_tick_more()
    {
        var settings = Settings with { EntersByLimit = true };
        Assert.Equal(3501.7m, Planned(Sample.Signal, Sample.Instrument with { TickSize = 0.1m, TickCost = 0.1m }, settings).LimitPrice);
        var sell = Sample.Signal with { Direction = Side.Sell, StopLoss = 3517.5m, TakeProfit = 3458, Tp1 = null, Tp3 = null };
        Assert.Equal(3498.3m, Planned(sell, Sample.Instrument with { TickSize = 0.1m, TickCost = 0.1m }, settings).LimitPrice);
    }

    [Fact]
    public void What_the_ticks_leave_no_room_for_is_refused()
    {
        var wide = Sample.Instrument with { TickSize = 100, TickCost = 100 };
        Assert.Equal(Reasons.BadBracket, BracketPlanner.Plan(Sample.Signal, 3500, 5, wide, Sample.Account, Settings).Refusal);
        Assert.Equal(Reasons.BadSetting, BracketPlanner.Plan(Sample.Signal, 3500, 5, Sample.Instrument, Sample.Account, Settings with { TargetShares = [0, 0, 0] }).Refusal);
        Assert.Equal(Reasons.NoInstrument, BracketPlanner.Plan(Sample.Signal, 3500, 5, null, Sample.Account, Settings).Refusal);
        Assert.Equal(Reasons.BadBracket, BracketPlanner.Plan(Sample.Signal, 3545, 5, Sample.Instrument, Sample.Account, Settings).Refusal);
    }

    [Fact]
    public void Shares_are_orders_that_the_venue_takes_and_sum_to_the_whole()
    {
        Assert.Equal<decimal>([5, 3, 2], Sample.Ladder.Allocate(10));
        Assert.Equal<decimal>([1, 0, 2], Sample.Ladder.Allocate(3));
        Assert.Equal<decimal>([0, 0, 1], Sample.Ladder.Allocate(1));
        Assert.Equal<decimal>([0, 0, 5], (Sample.Ladder with { MinQuantity = 3 }).Allocate(5));
        Assert.Equal<decimal>([6, 0, 6], (Sample.Ladder with { MinQuantity = 4 }).Allocate(12));
        var random = new Random(7);
        for (var n = 0; n < 20_000; n += 1)
        {
            var step = random.Next(1, 5) / 1_000m;
            var plan = Sample.Ladder with { LotSize = step, MinQuantity = step * random.Next(1, 20) };
            var whole = step * random.Next(1, 400);
            var parts = plan.Allocate(whole);
            Assert.Equal(whole, parts.Sum());
            Assert.All(parts, part => Assert.Equal(0, part % step));
            Assert.All(parts, part => Assert.True(part == 0 || part >= Math.Min(plan.MinQuantity, whole), $"{part} of {whole}, least {plan.MinQuantity}"));
        }
    }

    private static BracketPlan Planned(Signal signal, InstrumentTerms instrument, PlanSettings settings)
    {
        var planned = BracketPlanner.Plan(signal, signal.EntryPrice, 5, instrument, Sample.Account, settings);
        Assert.True(planned.Refusal is null, $"{planned.Refusal} {planned.Detail}");
        return planned.Plan!;
    }
}
