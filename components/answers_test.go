package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// answer adds outputs to a resource's state.
type answer func(preview bool, args pulumi.MockResourceArgs, state resource.PropertyMap)

// answers are the outputs that AWS generates, in addition to those that the recorder sets for every type.
var answers = map[string]answer{
	"aws:rds/instance:Instance": func(_ bool, _ pulumi.MockResourceArgs, state resource.PropertyMap) {
		// Unlike a provider, also at preview: the recorder explains unknown secrets.
		setDefault(state, "address", "database.example")
		setDefault(state, "endpoint", "database.example:5432")
	},
	"aws:ssm/parameter:Parameter": func(_ bool, _ pulumi.MockResourceArgs, state resource.PropertyMap) {
		state["version"] = resource.NewProperty(1.0)
	},
	"random:index/randomId:RandomId": func(_ bool, _ pulumi.MockResourceArgs, state resource.PropertyMap) {
		setDefault(state, "hex", "0a1b2c3d")
	},
	"aws:efs/fileSystem:FileSystem":   fileSystemArn,
	"aws:efs/accessPoint:AccessPoint": fileSystemArn,
	"aws:s3/bucketV2:BucketV2": func(_ bool, args pulumi.MockResourceArgs, state resource.PropertyMap) {
		setDefault(state, "bucket", args.Name+"-0000000") // Known at preview, like other generated names.
	},
	"aws:route53/record:Record": func(_ bool, _ pulumi.MockResourceArgs, state resource.PropertyMap) {
		state["fqdn"] = state["name"]
	},
	"aws:acm/certificate:Certificate": func(preview bool, args pulumi.MockResourceArgs, state resource.PropertyMap) {
		if preview {
			return
		}
		host := args.Inputs["domainName"].StringValue()
		state["domainValidationOptions"] = resource.NewPropertyValue([]any{map[string]any{
			"domainName": host, "resourceRecordName": "_n." + host + ".", "resourceRecordType": "CNAME",
			"resourceRecordValue": "_v.acm-validations.aws.",
		}})
	},
}

func fileSystemArn(preview bool, args pulumi.MockResourceArgs, state resource.PropertyMap) {
	if !preview {
		state["arn"] = resource.NewProperty("arn:aws:elasticfilesystem:eu-west-2:123456789012:" + args.Name)
	}
}
