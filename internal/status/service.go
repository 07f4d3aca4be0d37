package status

import (
	"fmt"
	"strings"
)

// Service names an ECS service.
type Service struct {
	Region, Cluster, Name string
}

// ParseService reads a service's ARN. Errors: no such ARN, or one of before 2018, which lacks the cluster.
func ParseService(arn string) (Service, error) {
	const fields = 6
	parts := strings.SplitN(arn, ":", fields)
	if len(parts) == fields && parts[2] == "ecs" {
		if path := strings.Split(parts[5], "/"); len(path) == 3 && path[0] == "service" {
			return Service{Region: parts[3], Cluster: path[1], Name: path[2]}, nil
		}
	}
	return Service{}, fmt.Errorf("read ARN %q: want arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/NAME", arn)
}
