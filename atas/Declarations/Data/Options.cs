namespace ATAS.DataFeedsCore;

public interface IOrderOptionReduceOnly
{
    bool ReduceOnly { get; set; }
}

public interface IOrderOptionPostOnly
{
    bool PostOnly { get; set; }
}

public interface IOrderOptionCloseOnTrigger
{
    bool CloseOnTrigger { get; set; }
}

public class OrderExtendedOptions;

public class OrderExtendedOptionsFlags : OrderExtendedOptions, IOrderOptionPostOnly, IOrderOptionReduceOnly, IOrderOptionCloseOnTrigger
{
    public bool CloseOnTrigger { get; set; }
    public bool PostOnly { get; set; }
    public bool ReduceOnly { get; set; }
}

/// <summary>What the connector can do for an instrument. An option object it does not know is null.</summary>
public interface ISecurityTradingOptions
{
    TimeInForce TimeInForce { get; }
    TriggerPriceType TriggerPriceTypes { get; }
    OrderExtendedOptions? CreateMarketOrderFlagsObject();
    OrderExtendedOptions? CreateLimitOrderFlagsObject();
    OrderExtendedOptions? CreateConditionalMarketOrderFlagsObject();
    OrderExtendedOptions? CreateConditionalLimitOrderFlagsObject();
}
