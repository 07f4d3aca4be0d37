package cloudwatch

import (
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

// maxFilterDimensions is how many dimensions the metric of a filter may have.
const maxFilterDimensions = 3

func admitFilter(c *provider.Call) error {
	if pattern := fmt.Sprint(c.New.Props["pattern"]); !balanced(pattern) {
		return provider.Errorf("InvalidParameterException", "Invalid metric filter pattern")
	}
	transformation, _ := c.New.Props["metricTransformation"].(map[string]any)
	if dimensions, _ := transformation["dimensions"].(map[string]any); len(dimensions) > maxFilterDimensions {
		return provider.Errorf("InvalidParameterException", // wording is a guess
			"Invalid metric transformation: at most %d dimensions are allowed.", maxFilterDimensions)
	}
	group := c.World.Get(logGroupType, c.Region, fmt.Sprint(c.New.Props["logGroupName"]))
	if group.Props["logGroupClass"] == "INFREQUENT_ACCESS" {
		return provider.Errorf("OperationNotPermitted", // wording is a guess
			"Metric filters are not supported for log groups of class INFREQUENT_ACCESS")
	}
	return nil
}

// balanced tells whether quotes are closed, and brackets outside of them.
func balanced(pattern string) bool {
	closing := map[rune]rune{'(': ')', '[': ']', '{': '}'}
	var open []rune
	quoted := false
	for _, r := range pattern {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case closing[r] != 0:
			open = append(open, closing[r])
		case strings.ContainsRune(")]}", r):
			if len(open) == 0 || open[len(open)-1] != r {
				return false
			}
			open = open[:len(open)-1]
		}
	}
	return !quoted && len(open) == 0
}
