package sandbox

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/sandbox/ecs"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

// actions are those of AWS's own API that programs can call directly, by the name that the protocol has for them. All
// others are refused.
var actions = map[string]func(*World, string, *json.Decoder) (any, error){
	"AmazonEC2ContainerServiceV20141113.DescribeServices": (*World).describeServices,
	"TrentService.DescribeKey":                            (*World).describeKey,
	"TrentService.GetKeyPolicy":                           (*World).getKeyPolicy,
	"CertificateManager.DescribeCertificate":              (*World).describeCertificate,
}

// API returns AWS's own API for a region, as far as the programs in this project call it.
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
	target := request.Header.Get("X-Amz-Target")
	action, ok := actions[target]
	if !ok {
		return nil, provider.Errorf("UnknownOperationException", "the sandbox does not answer %q: of AWS's own API it has %s",
			target, strings.Join(slices.Sorted(maps.Keys(actions)), ", "))
	}
	w.Lock()
	defer w.Unlock()
	return action(w, region, json.NewDecoder(request.Body))
}

// describeServices lets time pass in the world until the deployments have ended, because a caller polls for that.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html
func (w *World) describeServices(region string, request *json.Decoder) (any, error) {
	var input struct {
		Cluster  string
		Services []string
	}
	if err := request.Decode(&input); err != nil {
		return nil, provider.Errorf("SerializationException", "%v", err)
	}
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

// describeKey answers for keys by id or ARN.
// https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
func (w *World) describeKey(region string, request *json.Decoder) (any, error) {
	key, err := w.key(region, request)
	if err != nil {
		return nil, err
	}
	state := "Enabled"
	if key["isEnabled"] == false {
		state = "Disabled"
	}
	return map[string]any{"KeyMetadata": map[string]any{
		"KeyId": key["keyId"], "Arn": key["arn"], "KeyState": state, "Enabled": state == "Enabled",
		"KeyUsage": key["keyUsage"], "KeySpec": key["customerMasterKeySpec"],
	}}, nil
}

// https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
func (w *World) getKeyPolicy(region string, request *json.Decoder) (any, error) {
	key, err := w.key(region, request)
	if err != nil {
		return nil, err
	}
	return map[string]any{"PolicyName": "default", "Policy": key["policy"]}, nil
}

func (w *World) key(region string, request *json.Decoder) (provider.Props, error) {
	var input struct{ KeyID string }
	if err := request.Decode(&input); err != nil {
		return nil, provider.Errorf("SerializationException", "%v", err)
	}
	for _, o := range w.List(graph.Key, region) {
		if o.ID == input.KeyID || o.Props["arn"] == input.KeyID {
			return o.Props, nil
		}
	}
	return nil, provider.Errorf("NotFoundException", "Key '%s' does not exist", input.KeyID)
}

// https://docs.aws.amazon.com/acm/latest/APIReference/API_DescribeCertificate.html
func (w *World) describeCertificate(region string, request *json.Decoder) (any, error) {
	var input struct{ CertificateArn string }
	if err := request.Decode(&input); err != nil {
		return nil, provider.Errorf("SerializationException", "%v", err)
	}
	found := w.Get(certificateType, region, input.CertificateArn)
	if found == nil {
		return nil, provider.Errorf("ResourceNotFoundException", "Could not find certificate %s.", input.CertificateArn)
	}
	domain := found.Props["domainName"]
	names, _ := found.Props["subjectAlternativeNames"].([]any)
	if !slices.Contains(names, domain) {
		names = append([]any{domain}, names...)
	}
	return map[string]any{"Certificate": map[string]any{
		"CertificateArn": input.CertificateArn, "DomainName": domain, "SubjectAlternativeNames": names,
		"Status": found.Props["status"],
	}}, nil
}

const certificateType = "aws:acm/certificate:Certificate"

// seconds returns a time as the JSON protocol of AWS writes it.
func seconds(t time.Time) float64 {
	return float64(t.UnixMilli()) / float64(time.Second/time.Millisecond)
}

// last returns the part of an ARN after the last slash.
func last(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
