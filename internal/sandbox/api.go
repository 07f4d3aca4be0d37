package sandbox

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/live-beats/live-beats-aws/internal/sandbox/ecs"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

// describeServices is the one action of AWS's API that programs can call directly. All others are refused.
const describeServices = "AmazonEC2ContainerServiceV20141113.DescribeServices"

// API returns AWS's own API for a region, as far as the programs in this project call it: DescribeServices of ECS. A
// caller polls until a deployment has ended, so time passes in the world until then.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html
func (w *World) API(region string) http.Handler {
	return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		answer, err := w.answer(region, request)
		w.Lock()
		response.Header().Set("Date", w.Now().UTC().Format(http.TimeFormat))
		w.Unlock()
		response.Header().Set("Content-Type", "application/x-amz-json-1.1")
		if err != nil {
			code, message, _ := strings.Cut(err.Error(), ": ")
			response.WriteHeader(http.StatusBadRequest)
			answer = map[string]string{"__type": code, "message": message}
		}
		_ = json.NewEncoder(response).Encode(answer)
	})
}

func (w *World) answer(region string, request *http.Request) (any, error) {
	if target := request.Header.Get("X-Amz-Target"); target != describeServices {
		return nil, provider.Errorf("UnknownOperationException", "the sandbox does not answer %q: of AWS's own API it has "+
			"DescribeServices of ECS only", target)
	}
	var input struct {
		Cluster  string
		Services []string
	}
	if err := json.NewDecoder(request.Body).Decode(&input); err != nil {
		return nil, provider.Errorf("SerializationException", "%v", err)
	}
	w.Lock()
	defer w.Unlock()
	services, failures := []any{}, []any{}
	for _, name := range input.Services {
		found, err := ecs.Poll(w.World, scope(region), last(input.Cluster), last(name))
		if err != nil {
			failures = append(failures, map[string]string{"arn": name, "reason": "MISSING"})
			continue
		}
		services = append(services, service(found))
	}
	return map[string]any{"services": services, "failures": failures}, w.Save()
}

// service describes a service as DescribeServices does, with the newest event first.
func service(s *Status) map[string]any {
	deployments, events := []any{}, []any{}
	for _, d := range s.Deployments {
		deployments = append(deployments, map[string]any{
			"id": d.ID, "status": d.Status, "taskDefinition": d.TaskDefinition, "rolloutState": d.Rollout,
			"rolloutStateReason": d.Reason, "failedTasks": d.FailedTasks, "createdAt": seconds(d.CreatedAt),
		})
	}
	for _, e := range s.Events {
		events = append([]any{map[string]any{"createdAt": seconds(e.At), "message": e.Message}}, events...)
	}
	return map[string]any{
		"serviceName": s.Service, "status": "ACTIVE", "taskDefinition": s.TaskDefinition, "desiredCount": s.Desired,
		"deployments": deployments, "events": events,
	}
}

// seconds returns a time as the JSON protocol of AWS writes it.
func seconds(t time.Time) float64 {
	return float64(t.UnixMilli()) / float64(time.Second/time.Millisecond)
}

// last returns the part of an ARN after the last slash.
func last(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
