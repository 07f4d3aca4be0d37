package cloudwatch

import (
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/iampolicy"
	"github.com/live-beats/live-beats-aws/internal/sandbox/kms"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/resourcepolicy"
)

// admitLogGroup refuses a key that CloudWatch Logs may not use for the group.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/logs/encrypt-log-data-kms.html
func admitLogGroup(c *provider.Call) error {
	id, _ := c.New.Props["kmsKeyId"].(string)
	if id == "" {
		return nil
	}
	group := fmt.Sprintf("arn:%s:logs:%s:%s:log-group:%v", c.Partition, c.Region, c.Account, c.New.Props["name"])
	refused := provider.Errorf("AccessDeniedException",
		"The specified KMS key does not exist or is not allowed to be used with Arn '%s'", group)
	key := kms.Usable(c.World, c.Region, id)
	if key == nil {
		return refused
	}
	policy, err := resourcepolicy.Parse(fmt.Sprint(key.Props["policy"]), true)
	if err != nil {
		return err
	}
	verdict, err := policy.Decide(iampolicy.Request{
		Services: []string{fmt.Sprintf("logs.%s.amazonaws.com", c.Region)},
		Action:   "kms:GenerateDataKey", Resource: id,
		Context: map[string]string{"kms:EncryptionContext:aws:logs:arn": group},
	})
	if err == nil && verdict != iampolicy.Allowed {
		return refused
	}
	return err
}

// keepLogGroup keeps a log group with skipDestroy in the account when Pulumi deletes it.
func keepLogGroup(c *provider.Call) error {
	if c.New == nil && c.Old.Props["skipDestroy"] == true {
		c.World.Put(c.Old)
	}
	return nil
}

// maxFilterDimensions is the maximum number of dimensions of a metric filter.
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

// balanced reports whether all quotes, and all brackets outside of quotes, are closed.
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

func checkResourcePolicy(in provider.Props) []provider.Failure {
	failures := resourcepolicy.Check(provider.Props{"policy": in["policyDocument"]}, "InvalidParameterException", true)
	for i := range failures {
		failures[i].Property = "policyDocument"
	}
	return failures
}

func admitResourcePolicy(c *provider.Call) error {
	policy, err := resourcepolicy.Parse(fmt.Sprint(c.New.Props["policyDocument"]), true)
	if err != nil {
		return err
	}
	if stranger := policy.Stranger(c.World, c.Scope); stranger != "" {
		return provider.Errorf("InvalidParameterException", "Invalid principal in policy: %s", stranger) // a guess
	}
	return nil
}
