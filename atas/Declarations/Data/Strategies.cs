using System;

namespace ATAS.Strategies
{
    public enum StrategyStates { Stopped = 0, Started = 1, Suspended = 2, Error = 3, Watch = 4 }

    public class StrategyStateChangedEventArgs : EventArgs;

    public class StrategyNotificationEventArgs : EventArgs;
}

namespace Utils.Common.Logging
{
    public enum LoggingLevel { Inherit, Debug, Info, Warning, Error, Fatal }

    public interface ILoggerSource
    {
        Guid LoggerId { get; }
        string LoggerName { get; set; }
        LoggingLevel LoggingLevel { get; set; }
    }
}

namespace OFT.Attributes
{
    /// <summary>A setting that ATAS may optimise.</summary>
    [AttributeUsage(AttributeTargets.Property)]
    public sealed class ParameterAttribute : Attribute;
}
