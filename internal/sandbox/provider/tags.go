package provider

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// Limits of tags. https://docs.aws.amazon.com/general/latest/gr/aws_tagging.html
const (
	maxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

func (c *checker) tags(tags Props) {
	if len(tags) > maxTags {
		c.fail("tags", "expected at most %d tags, got %d", maxTags, len(tags))
	}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		value, _ := tags[key].(string)
		switch n := utf8.RuneCountInString(key); {
		case n == 0 || n > maxTagKey:
			c.fail("tags", "the key %q must have 1 to %d characters", key, maxTagKey)
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			c.fail("tags", "the key %q must not begin with aws:, which is reserved for AWS", key)
		case utf8.RuneCountInString(value) > maxTagValue:
			c.fail("tags", "the value of %q cannot be longer than %d characters", key, maxTagValue)
		}
		c.tagText("Key", key)
		c.tagText("Value", value)
	}
}

// allTags returns the default tags, overridden by a resource's own.
func (e *Engine) allTags(c *checker, own any) any {
	if HasUnknown(own) {
		return Unknown{}
	}
	all := Props{}
	for key, value := range e.DefaultTags {
		all[key] = value
	}
	tags, _ := own.(map[string]any)
	maps.Copy(all, tags)
	c.tags(all)
	return all
}

// tagsOf returns all tags of a resource with the given inputs.
func tagsOf(in Props) any {
	if all := in["tagsAll"]; all != nil {
		return all
	}
	return in["tags"]
}

const constraint = ": 1 validation error detected: Value '{text}' at 'tags' failed to satisfy constraint: Member " +
	"must satisfy regular expression pattern: " + awsmodel.TagPattern

// tagRefusals are the services' errors for a key or value with characters other than awsmodel.TagCharacters. The
// pattern is in their API references, or users have reported the error. For the other services AWS documents no such
// rule: they accept any character.
var tagRefusals = []struct{ prefix, answer string }{
	{"aws:iam/", "ValidationError" + constraint},
	{"aws:rds/", "InvalidParameterValue: Tag {what}s may only contain unicode letters, digits, whitespace, or one of " +
		"these symbols: _ . : / = + - @"},
	{"aws:route53/", "InvalidInput: Invalid parameter : Tags can only contain letters, numbers, spaces, and the " +
		"following special characters: _ . : / = + - @"},
	{"aws:s3/", "InvalidTag: The Tag{What} you have provided is invalid"},
	// wording is a guess
	{"aws:acm/", "ValidationException" + constraint},
	{"aws:cloudwatch/logGroup:", "InvalidParameterException" + constraint},
	{"aws:ecs/", "InvalidParameterException" + constraint},
	{"aws:efs/", "ValidationException" + constraint},
	{"aws:lb/", "ValidationError" + constraint},
	{"aws:ssm/", "ValidationException" + constraint},
}

func (c *checker) tagText(what, text string) {
	for _, service := range tagRefusals {
		if strings.HasPrefix(c.token, service.prefix) && !awsmodel.TagText(text) {
			c.fail("tags", "%s (allowed in a tag's key and value: %s)", strings.NewReplacer(
				"{What}", what, "{what}", strings.ToLower(what), "{text}", text).Replace(service.answer), awsmodel.TagCharacters)
		}
	}
}
