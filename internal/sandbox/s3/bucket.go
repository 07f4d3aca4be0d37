package s3

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

// What AWS keeps for itself. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
var (
	reservedPrefixes = []string{"xn--", "sthree-", "amzn-s3-demo-"}
	reservedSuffixes = []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"}
)

func checkBucket(in provider.Props) []provider.Failure {
	name, _ := in["bucket"].(string)
	_, notAddress := netip.ParseAddr(name)
	problem := ""
	switch {
	case strings.Contains(name, ".."):
		problem = "must not contain two adjacent periods"
	case name != "" && notAddress == nil:
		problem = "must not be formatted as an IP address"
	case slices.ContainsFunc(reservedPrefixes, func(s string) bool { return strings.HasPrefix(name, s) }):
		problem = fmt.Sprintf("must not start with one of %v", reservedPrefixes)
	case slices.ContainsFunc(reservedSuffixes, func(s string) bool { return strings.HasSuffix(name, s) }):
		problem = fmt.Sprintf("must not end with one of %v", reservedSuffixes)
	default:
		return nil
	}
	return []provider.Failure{{
		Property: "bucket", Reason: fmt.Sprintf("InvalidBucketName: The specified bucket is not valid: %q %s", name, problem),
	}}
}

// deleteBucket refuses to delete objects unless they may be deleted by force.
func deleteBucket(c *provider.Call) error {
	for _, object := range c.World.List(objectType, "") {
		if object.Props["bucket"] != c.Old.ID {
			continue
		}
		if c.Old.Props["forceDestroy"] != true {
			return provider.Errorf("BucketNotEmpty", "The bucket you tried to delete is not empty")
		}
		c.World.Delete(object)
	}
	return nil
}
