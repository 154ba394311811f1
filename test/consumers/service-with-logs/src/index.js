import './logs.js';
import './controller.js';
