import { controller, edition } from '../../controller';

export const dynamic = 'force-dynamic';

export function GET() {
  controller.emit('heartbeat');
  return Response.json({ edition, listeners: controller.listenerCount('planCreated') });
}
