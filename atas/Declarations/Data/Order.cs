using System;

namespace ATAS.DataFeedsCore;

public class Order
{
    /// <summary>The exchange's; null until it has acknowledged.</summary>
    public string? Id { get; set; }
    public long ExtId { get; set; }
    public long UserExtId { get; set; }
    public string? AccountID { get; set; }
    public string? SecurityId { get; set; }
    public Security Security { get; set; } = null!;
    public Portfolio Portfolio { get; set; } = null!;
    public OrderTypes Type { get; set; }
    public OrderDirections Direction { get; set; }
    public decimal TriggerPrice { get; set; }
    public decimal Price { get; set; }
    public decimal QuantityToFill { get; set; }
    public decimal Unfilled { get; set; }
    public DateTime? ExpiryDate { get; set; }
    public TimeInForce TimeInForce { get; set; }
    public string? OCOGroup { get; set; }
    public string? Comment { get; set; }
    public DateTime Time { get; set; }
    public OrderStates State { get; set; }
    public TriggerPriceType TriggerPriceType { get; set; }
    public bool WasActive { get; set; }
    public bool Canceled => State == OrderStates.Done && Unfilled > 0;
    public bool? IsAttached { get; set; }

    /// <summary>To be cancelled when the position is closed or reversed.</summary>
    public bool AutoCancel { get; set; }
    public OrderExtendedOptions? ExtendedOptions { get; set; }
    public TimeSpan Latency { get; set; }

    /// <summary>A shallow copy.</summary>
    public Order Clone() => (Order)MemberwiseClone();
}

public class MyTrade
{
    public string? Id { get; set; }
    public string? OrderId { get; set; }
    public OrderDirections OrderDirection { get; set; }
    public decimal Price { get; set; }
    public DateTime Time { get; set; }
    public decimal Volume { get; set; }
    public decimal? Commission { get; set; }
    public string? CommissionCurrency { get; set; }
    public Order? Order { get; set; }
    public Security? Security { get; set; }
    public Portfolio? Portfolio { get; set; }
}

public static class Extensions
{
    /// <summary>ATAS does not publish its mapping; this is what the names say.</summary>
    public static OrderStatus Status(this Order order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return order.State switch
        {
            OrderStates.Active => order.Unfilled < order.QuantityToFill ? OrderStatus.PartlyFilled : OrderStatus.Placed,
            OrderStates.Done => order.Unfilled > 0 ? OrderStatus.Canceled : OrderStatus.Filled,
            _ => OrderStatus.None,
        };
    }

    public static decimal Filled(this Order order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return order.QuantityToFill - order.Unfilled;
    }

    public static OrderExtendedOptions? CreateExtendedOptions(this ISecurityTradingOptions options, OrderTypes type)
    {
        ArgumentNullException.ThrowIfNull(options);
        return type switch
        {
            OrderTypes.Market => options.CreateMarketOrderFlagsObject(),
            OrderTypes.Limit => options.CreateLimitOrderFlagsObject(),
            OrderTypes.Stop => options.CreateConditionalMarketOrderFlagsObject(),
            _ => options.CreateConditionalLimitOrderFlagsObject(),
        };
    }
}
