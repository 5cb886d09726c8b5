using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sextant.Experiments;
using Sextant.Experiments.Clip;
using Sextant.Experiments.Encoders;
using Xunit;

namespace Sextant.Tests.Architecture;

public sealed class RecipeDocumentTests
{
    [Theory]
    [InlineData(typeof(Recipe), "recipes.md")]
    [InlineData(typeof(FinetuningRecipe), "fine-tuning.md", "recipes.md")]
    [InlineData(typeof(PretrainingRecipe), "fine-tuning.md", "recipes.md")]
    [InlineData(typeof(ContrastiveRecipe), "clip.md", "recipes.md")]
    [InlineData(typeof(ArmsDesign), "fine-tuning.md")]
    public void Every_field_kind_and_value_of_a_recipe_is_in_the_document(Type recipe, params string[] documents)
    {
        string document = string.Concat(documents.Select(name => File.ReadAllText(Repository.File("docs", name))));

        string[] missing = [.. Names(recipe, []).Distinct().Where(name => !document.Contains($"`{name}`", StringComparison.Ordinal))];

        Assert.Empty(missing);
    }

    /// <summary>Names that may stand in the JSON of a type: properties, kinds of unions, values of enumerations.</summary>
    private static IEnumerable<string> Names(Type type, HashSet<Type> seen)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.Assembly != typeof(Recipe).Assembly || !seen.Add(type))
        {
            return [];
        }

        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName);
        }

        PropertyInfo[] properties = [.. type.GetProperties().Where(p => p.SetMethod is not null && !p.IsDefined(typeof(JsonIgnoreAttribute)))];
        JsonDerivedTypeAttribute[] cases = [.. type.GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false)];
        return
        [
            .. properties.Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)),
            .. properties.SelectMany(p => Names(p.PropertyType, seen)),
            .. cases.Select(c => (string)c.TypeDiscriminator!),
            .. cases.SelectMany(c => Names(c.DerivedType, seen)),
        ];
    }
}
