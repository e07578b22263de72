#!/usr/bin/env bash
# Upload the web app, the fall-back document and the sounds of a deployed stack: publish.sh STACK_NAME
set -euo pipefail
stack=$1
here=$(cd "$(dirname "$0")" && pwd)
dist=$here/../../frontend/dist

output() {
	aws cloudformation describe-stacks --stack-name "$stack" \
		--query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue" --output text
}

web=$(output WebBucketName)
# Assets have their content's hash in the name and never change; pages must be asked for each time.
aws s3 sync "$dist/assets" "s3://$web/assets" --cache-control 'public, max-age=31536000, immutable'
aws s3 sync "$dist" "s3://$web" --exclude 'assets/*' --cache-control 'no-cache'
aws s3 cp "$here/fallback/voice.xml" "s3://$(output FallbackBucketName)/fallback/voice.xml" --content-type text/xml
aws s3 sync "$here/fallback" "s3://$(output FallbackBucketName)/fallback" --exclude '*' --include '*.wav' --content-type audio/x-wav
distribution=$(output DistributionId)
if [ -n "$distribution" ] && [ "$distribution" != None ]; then
	aws cloudfront create-invalidation --distribution-id "$distribution" --paths '/*' >/dev/null
fi
echo "published to $web"
