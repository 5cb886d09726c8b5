using Sextant.Data;
using Sextant.Models;
using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Models;

public sealed class ModelShapeTests
{
    [Theory]
    [MemberData(nameof(Examples.All), MemberType = typeof(Examples))]
    public void The_shape_has_the_modules_parameters_and_products(string name)
    {
        foreach (var options in Variants(Examples.Options[name]))
        {
            using var model = SequenceModels.Create(options, 30, 1);
            var shape = ModelShape.Of(options, 30);
            var batch = new BatchShape(3, options.HasEncoder ? 5 : 0, 7, 4, 30);

            Assert.Equal(model.parameters().Sum(p => (double)p.numel()), shape.Parameters(Convention.Exact));
            Assert.Equal(model.ForwardFlops(batch), shape.ForwardFlops(Convention.Exact, ModelShape.Of(batch)));
        }
    }

    private static IEnumerable<ModelOptions> Variants(ModelOptions options)
    {
        yield return options;
        yield return options with { Layers = 3, Hidden = 24 };
        if (options is ModelOptions.ModernEncoderDecoder encoder)
        {
            yield return encoder with { Layers = 3, EncoderLayers = 1 };
        }
    }
}
