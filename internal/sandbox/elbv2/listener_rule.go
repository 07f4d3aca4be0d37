package elbv2

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

// Quotas of a rule: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
const (
	maxRules     = 100
	maxValues    = 5
	maxWildcards = 6
)

func checkRule(in provider.Props) []provider.Failure { return checkActions(in, "actions") }

func createRule(c *provider.Call) error {
	arn, _ := c.New.Props["listenerArn"].(string)
	_, suffix, _ := strings.Cut(arn, ":listener/")
	c.Vars["listenerSuffix"] = suffix
	listener := c.World.Get(listenerType, c.Region, arn)
	if siblings(c, ruleType, listener) >= maxRules {
		return provider.Errorf("TooManyRules", "You've reached the limit on the number of rules per load balancer.")
	}
	if c.New.Props["priority"] == nil {
		c.New.Props["priority"] = nextPriority(c, arn)
	}
	return admitRule(c)
}

// nextPriority returns the priority that the real provider gives a rule without one.
func nextPriority(c *provider.Call, listener string) float64 {
	highest := 0.0
	for _, o := range c.World.List(ruleType, c.Region) {
		if priority, _ := o.Props["priority"].(float64); o.Props["listenerArn"] == listener {
			highest = max(highest, priority)
		}
	}
	return highest + 1
}

// singleConditions lists the conditions that a rule may have only once.
var singleConditions = []string{"hostHeader", "httpRequestMethod", "pathPattern", "sourceIp"}

func admitRule(c *provider.Call) error {
	values, wildcards, seen := 0, 0, map[string]bool{}
	for _, condition := range objects(c.New.Props["conditions"]) {
		for name, v := range condition {
			if slices.Contains(singleConditions, name) && seen[name] && v != nil {
				// wording is a guess
				return provider.Errorf("ValidationError", "A rule can only have one '%s' condition", name)
			}
			seen[name] = true
			if err := admitCondition(name, v); err != nil {
				return err
			}
			n, wild := count(v)
			values, wildcards = values+n, wildcards+wild
		}
	}
	switch {
	case values > maxValues:
		// The wording is a guess.
		return provider.Errorf("ValidationError", "A rule can only have '%d' condition values", maxValues)
	case wildcards > maxWildcards:
		// wording is a guess
		return provider.Errorf("ValidationError", "A rule can only have '%d' condition wildcards", maxWildcards)
	}
	listener := c.World.Get(listenerType, c.Region, fmt.Sprint(c.New.Props["listenerArn"]))
	return admitActions(c, c.New.Props["actions"], listener.Props)
}

// hostPattern has at least one period, and only letters after the last one.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_HostHeaderConditionConfig.html
var hostPattern = regexp.MustCompile(`^[A-Za-z0-9.*?-]*\.[A-Za-z]+$`)

// admitCondition checks what the real provider leaves to AWS. The wordings are guesses.
func admitCondition(name string, condition any) error {
	object, _ := condition.(map[string]any)
	switch name {
	case "hostHeader":
		hosts, _ := object["values"].([]any)
		for _, v := range hosts {
			if host := fmt.Sprint(v); !hostPattern.MatchString(host) {
				return provider.Errorf("ValidationError", "The host header condition value '%s' is not valid", host)
			}
		}
	case "httpHeader":
		// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_HttpHeaderConditionConfig.html
		if header := fmt.Sprint(object["httpHeaderName"]); strings.EqualFold(header, "host") {
			return provider.Errorf("ValidationError", "The HTTP header name '%s' is not valid: use a host header condition",
				header)
		}
	}
	return nil
}

// count counts the values of one condition and the wildcards in them.
func count(condition any) (values, wildcards int) {
	for _, pair := range objects(condition) { // queryStrings
		values++
		wildcards += wild(fmt.Sprint(pair["key"])) + wild(fmt.Sprint(pair["value"]))
	}
	object, _ := condition.(map[string]any)
	list, _ := object["values"].([]any)
	for _, v := range list {
		values++
		wildcards += wild(fmt.Sprint(v))
	}
	return values, wildcards
}

func wild(text string) int { return strings.Count(text, "*") + strings.Count(text, "?") }
