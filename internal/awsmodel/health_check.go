package awsmodel

// ValidHealthCheck tells whether a load balancer can check its targets with a timeout and an interval, in seconds. What
// each may be on its own, its own limits say.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
func ValidHealthCheck(timeout, interval int) bool { return timeout < interval }
