package cloudwatch

import (
	"fmt"

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
		Services: []string{fmt.Sprintf("logs.%s.amazonaws.com", c.Region), "logs.amazonaws.com"},
		Action:   "kms:GenerateDataKey", Resource: id,
		Context: map[string]string{"kms:EncryptionContext:aws:logs:arn": group},
	})
	if err == nil && verdict != iampolicy.Allowed {
		return refused
	}
	return err
}

// keepLogGroup leaves a group in the account when Pulumi forgets it.
func keepLogGroup(c *provider.Call) error {
	if c.New == nil && c.Old.Props["skipDestroy"] == true {
		c.World.Put(c.Old)
	}
	return nil
}
