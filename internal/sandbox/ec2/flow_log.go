package ec2

import (
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// defaultFormat is version 2 of the records.
// https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
const defaultFormat = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} " +
	"${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}"

// createFlowLog checks the destination: a log group, or a bucket with a folder in it.
func createFlowLog(c *provider.Call) error {
	if c.New.Props["logFormat"] == nil {
		c.New.Props["logFormat"] = defaultFormat
	}
	arn, _ := c.New.Props["logDestination"].(string)
	service, root := "logs", strings.TrimSuffix(arn, ":*")
	if c.New.Props["logDestinationType"] == "s3" {
		service = "s3"
		root, _, _ = strings.Cut(arn, "/")
	}
	found := c.World.Find("", c.Region, func(o *world.Object) bool { return o.Props["arn"] == root })
	if found == nil || !strings.HasPrefix(root, "arn:"+c.Partition+":"+service+":") {
		return provider.Errorf("LogDestinationNotFound", "LogDestination: %s does not exist", arn) // wording is a guess
	}
	return nil
}
