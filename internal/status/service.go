package status

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
)

// Service names an ECS service.
type Service struct {
	Region, Cluster, Name string
}

// ParseService reads a service's ARN. Errors: no such ARN, or one of before 2018, which lacks the cluster.
func ParseService(text string) (Service, error) {
	if parsed, err := arn.Parse(text); err == nil && parsed.Service == "ecs" {
		if path := strings.Split(parsed.Resource, "/"); len(path) == 3 && path[0] == "service" {
			return Service{Region: parsed.Region, Cluster: path[1], Name: path[2]}, nil
		}
	}
	return Service{}, fmt.Errorf("read ARN %q: must be arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/NAME", text)
}
